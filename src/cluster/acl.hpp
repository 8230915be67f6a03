#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::cluster {

/// One aclitem: "grantee=privileges/grantor".
struct AclItem {
  std::string grantee;     ///< role name; empty: PUBLIC
  std::string privileges;  ///< letters of the PostgreSQL documentation's table; one followed by * may be granted on
  std::string grantor;
  auto operator<=>(const AclItem&) const = default;
};

/// What an object's access control list holds, in its order: a grantor may have its right from an item before.
using Acl = std::vector<AclItem>;

/// Reads the text of an aclitem[] ("{postgres=arwdDxt/postgres,=r/postgres}"). Throws Error(failed) for other text.
[[nodiscard]] Acl parse_acl(std::string_view text);

/// What privileges are granted on.
struct AclTarget {
  std::string type;    ///< "TABLE", "SEQUENCE", "SCHEMA", "DATABASE", …
  std::string name;    ///< as SQL
  std::string column;  ///< as SQL; empty: the whole object
  std::string owner;   ///< role name; grants made by others are made in their name
  int server_version = 0;
};

/// GRANT and REVOKE statements that lead from `base` to `acl` (both aclitem[] texts); empty when there is nothing to
/// do.
///
/// An empty `acl` means the usual privileges, which are `base`. Items in `base` only are revoked, those in `acl` only
/// are granted, in the order of `acl`, since a grantor may have its right from an item before.
[[nodiscard]] std::string acl_sql(const AclTarget& target, std::string_view acl, std::string_view base);
/// The same from `base` to `acl` as lists; an empty `acl` means that nobody has any privilege.
[[nodiscard]] std::string acl_sql(const AclTarget& target, const Acl& acl, const Acl& base);

/// The word of GRANT for a privilege's letter. Throws Error(unsupported) that names the target for an unknown one.
[[nodiscard]] std::string_view privilege_word(const AclTarget& target, char letter);
/// The letter of such a word; '\0' for an unknown one.
[[nodiscard]] char privilege_letter(std::string_view word);
/// AclItem::privileges as the server writes them: in its order, a star behind those that may be granted on.
[[nodiscard]] std::string privilege_letters(std::string_view plain, std::string_view grantable);

}  // namespace pgcoffer::cluster
