#include "catalog/acl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pgcoffer/error.hpp>
#include <utility>

#include "base/text.hpp"

namespace pgcoffer::catalog {
namespace {

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

const char* privilege_word(char letter) {
  switch (letter) {
    case 'r':
      return "SELECT";
    case 'a':
      return "INSERT";
    case 'w':
      return "UPDATE";
    case 'd':
      return "DELETE";
    case 'D':
      return "TRUNCATE";
    case 'x':
      return "REFERENCES";
    case 't':
      return "TRIGGER";
    case 'm':
      return "MAINTAIN";
    case 'X':
      return "EXECUTE";
    case 'U':
      return "USAGE";
    case 'C':
      return "CREATE";
    case 'c':
      return "CONNECT";
    case 'T':
      return "TEMPORARY";
    case 's':
      return "SET";
    case 'A':
      return "ALTER SYSTEM";
    default:
      return nullptr;
  }
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
    const char* const word = privilege_word(letters[i]);
    if (word == nullptr)
      throw Error(Kind::unsupported, fmt::format("{} \"{}\" has a privilege of unknown kind: \"{}\"", target.type,
                                                 target.name, letters[i]))
          .hint("Use a version of pgcoffer that knows this server's version, or dump without privileges (-x).");
    const bool grantable = i + 1 < letters.size() && letters[i + 1] == '*';
    if (grantable) ++i;
    lists[grantable ? 1 : 0].push_back(target.column.empty() ? word : fmt::format("{}({})", word, target.column));
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
  if (item.grantor == target.owner || item.grantor.empty() || target.owner.empty()) return sql;
  return fmt::format("SET SESSION AUTHORIZATION {};\n{}RESET SESSION AUTHORIZATION;\n", quote_ident(item.grantor), sql);
}

}  // namespace

std::vector<AclItem> parse_acl(std::string_view text) {
  std::vector<AclItem> items;
  for (const auto& element : array_elements(text)) items.push_back(parse_item(element));
  return items;
}

std::string acl_sql(const AclTarget& target, std::string_view acl, std::string_view base) {
  if (acl.empty()) return "";
  const auto now = parse_acl(acl);
  const auto before = base.empty() ? std::vector<AclItem>{} : parse_acl(base);
  std::string sql;
  for (const auto& item : before) {
    if (std::ranges::find(now, item) != now.end()) continue;
    AclItem revoked = item;
    std::erase(revoked.privileges, '*');
    sql += fmt::format("REVOKE {} ON {} {} FROM {};\n", words_of(target, revoked).plain, target.type, target.name,
                       role_sql(item.grantee));
  }
  for (const auto& item : now)
    if (std::ranges::find(before, item) == before.end()) sql += grant_sql(target, item);
  return sql;
}

}  // namespace pgcoffer::catalog
