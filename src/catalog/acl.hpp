#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::catalog {

/// One aclitem: "grantee=privileges/grantor".
struct AclItem {
  std::string grantee;     ///< role name; empty: PUBLIC
  std::string privileges;  ///< letters of the PostgreSQL documentation's table; one followed by * may be granted on
  std::string grantor;
  auto operator<=>(const AclItem&) const = default;
};

/// Reads the text of an aclitem[] ("{postgres=arwdDxt/postgres,=r/postgres}"). Throws Error(failed) for other text.
[[nodiscard]] std::vector<AclItem> parse_acl(std::string_view text);

/// What privileges are granted on.
struct AclTarget {
  std::string type;    ///< "TABLE", "SEQUENCE", "SCHEMA", …
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

}  // namespace pgcoffer::catalog
