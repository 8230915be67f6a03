#include "cluster/acl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pgcoffer/error.hpp>
#include <utility>

#include "base/text.hpp"

namespace pgcoffer::cluster {
namespace {

struct PrivilegeName {
  char letter;
  std::string_view word;
};
/// In the order in which servers write them.
constexpr PrivilegeName kPrivileges[] = {{'a', "INSERT"},   {'r', "SELECT"},       {'w', "UPDATE"},    {'d', "DELETE"},
                                         {'D', "TRUNCATE"}, {'x', "REFERENCES"},   {'t', "TRIGGER"},   {'X', "EXECUTE"},
                                         {'U', "USAGE"},    {'C', "CREATE"},       {'T', "TEMPORARY"}, {'c', "CONNECT"},
                                         {'s', "SET"},      {'A', "ALTER SYSTEM"}, {'m', "MAINTAIN"}};

Error malformed(std::string_view text) {
  return Error(Kind::failed, fmt::format("cannot read access control list \"{}\"", text))
      .hint("This server writes them in a form that this version does not know.");
}

// The elements of a one-dimensional array of text, with its quotes and backslashes taken off.
std::vector<std::string> array_elements(std::string_view text) {
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') throw malformed(text);
  std::vector<std::string> elements;
  const std::string_view body = text.substr(1, text.size() - 2);
  if (body.empty()) return elements;
  std::string element;
  bool quoted = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\' && i + 1 < body.size()) {
      element += body[++i];
    } else if (body[i] == '"') {
      quoted = !quoted;
    } else if (body[i] == ',' && !quoted) {
      elements.push_back(std::exchange(element, {}));
    } else {
      element += body[i];
    }
  }
  elements.push_back(std::move(element));
  return elements;
}

// A role name at `at`: plain up to `end_mark`, or in double quotes, doubled inside.
std::string role_at(std::string_view item, std::size_t& at, char end_mark) {
  std::string name;
  bool quoted = false;
  for (; at < item.size(); ++at) {
    if (item[at] == '"') {
      if (quoted && at + 1 < item.size() && item[at + 1] == '"')
        name += item[++at];
      else
        quoted = !quoted;
    } else if (item[at] == end_mark && !quoted) {
      break;
    } else {
      name += item[at];
    }
  }
  return name;
}

AclItem parse_item(std::string_view text) {
  AclItem item;
  std::size_t at = 0;
  item.grantee = role_at(text, at, '=');
  const auto slash = text.find('/', at);
  if (at >= text.size() || slash == std::string_view::npos) throw malformed(text);
  item.privileges = std::string(text.substr(at + 1, slash - at - 1));
  at = slash + 1;
  item.grantor = role_at(text, at, '\0');
  return item;
}

// How many privileges the kind has: for all of them ALL is said.
std::size_t all_privileges(const AclTarget& target) {
  if (!target.column.empty()) return 4;
  // MAINTAIN is one of them since 17. All that an older server has is not all: an upgrade grants nothing new.
  if (target.type == "TABLE") return 8;
  if (target.type == "SEQUENCE" || target.type == "DATABASE") return 3;
  if (target.type == "SCHEMA" || target.type == "LARGE OBJECT" || target.type == "PARAMETER") return 2;
  return 1;
}

/// The words for an item's privileges, those that may be granted on and the others.
struct Words {
  std::string plain, grantable;
};

Words words_of(const AclTarget& target, const AclItem& item) {
  std::vector<std::string> lists[2];
  const std::string& letters = item.privileges;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const std::string_view word = privilege_word(target, letters[i]);
    const bool grantable = i + 1 < letters.size() && letters[i + 1] == '*';
    if (grantable) ++i;
    lists[grantable ? 1 : 0].push_back(target.column.empty() ? std::string(word)
                                                             : fmt::format("{}({})", word, target.column));
  }
  const auto text = [&](const std::vector<std::string>& words) {
    if (words.size() == all_privileges(target))
      return target.column.empty() ? std::string("ALL") : fmt::format("ALL({})", target.column);
    return join(words, ",");
  };
  return {text(lists[0]), text(lists[1])};
}

std::string role_sql(const std::string& role) {
  return role.empty() ? "PUBLIC" : quote_ident(role);
}

/// Runs as the grantor where that is not the owner.
std::string in_name_of(const AclTarget& target, const std::string& grantor, const std::string& sql) {
  if (grantor == target.owner || grantor.empty() || target.owner.empty()) return sql;
  return fmt::format("SET SESSION AUTHORIZATION {};\n{}RESET SESSION AUTHORIZATION;\n", quote_ident(grantor), sql);
}

std::string revoke_sql(const AclTarget& target, AclItem item) {
  std::erase(item.privileges, '*');
  return in_name_of(target, item.grantor,
                    fmt::format("REVOKE {} ON {} {} FROM {};\n", words_of(target, item).plain, target.type, target.name,
                                role_sql(item.grantee)));
}

std::string grant_sql(const AclTarget& target, const AclItem& item) {
  const Words words = words_of(target, item);
  std::string sql;
  const auto grant = [&](const std::string& privileges, const char* option) {
    if (!privileges.empty())
      sql += fmt::format("GRANT {} ON {} {} TO {}{};\n", privileges, target.type, target.name, role_sql(item.grantee),
                         option);
  };
  grant(words.plain, "");
  grant(words.grantable, " WITH GRANT OPTION");
  return in_name_of(target, item.grantor, sql);
}

}  // namespace

Acl parse_acl(std::string_view text) {
  Acl items;
  for (const auto& element : array_elements(text)) items.push_back(parse_item(element));
  return items;
}

std::string acl_sql(const AclTarget& target, std::string_view acl, std::string_view base) {
  if (acl.empty()) return "";
  return acl_sql(target, parse_acl(acl), base.empty() ? Acl{} : parse_acl(base));
}

std::string acl_sql(const AclTarget& target, const Acl& acl, const Acl& base) {
  std::string sql;
  for (const auto& item : base)
    if (std::ranges::find(acl, item) == acl.end()) sql += revoke_sql(target, item);
  for (const auto& item : acl)
    if (std::ranges::find(base, item) == base.end()) sql += grant_sql(target, item);
  return sql;
}

std::string_view privilege_word(const AclTarget& target, char letter) {
  const auto* const found = std::ranges::find(kPrivileges, letter, &PrivilegeName::letter);
  if (found != std::end(kPrivileges)) return found->word;
  throw Error(Kind::unsupported,
              fmt::format("{} \"{}\" has a privilege of unknown kind: \"{}\"", target.type, target.name, letter))
      .hint("Use a version of pgcoffer that knows this server's version, or dump without privileges (-x).");
}

char privilege_letter(std::string_view word) {
  const auto* const found = std::ranges::find(kPrivileges, word, &PrivilegeName::word);
  return found != std::end(kPrivileges) ? found->letter : '\0';
}

std::string privilege_letters(std::string_view plain, std::string_view grantable) {
  std::string letters;
  for (const PrivilegeName& privilege : kPrivileges) {
    const bool starred = grantable.find(privilege.letter) != std::string_view::npos;
    if (!starred && plain.find(privilege.letter) == std::string_view::npos) continue;
    letters += privilege.letter;
    if (starred) letters += '*';
  }
  return letters;
}

}  // namespace pgcoffer::cluster
