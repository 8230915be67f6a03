#pragma once

#include <ostream>
#include <pgcoffer/error.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "policy/policy.hpp"
#include "tables.hpp"

/// Policies in few words, and what they resolve to.
namespace rules_test {

using namespace pgcoffer;
using namespace pgcoffer::policy;
using tables::column;
using tables::Database;

/// A policy file with these rules, one a line from line 3 on, so that messages can be compared.
inline Policy rules(const std::string& tables, const std::string& more = "") {
  return parse_policy("{ \"version\": 1, " + more + "\n\"tables\": [\n" + tables + "\n] }", "p.json");
}

inline std::string omit(const std::string& name) {
  return "{ \"column\": \"" + name + "\", \"action\": \"omit\", \"reason\": \"r\" }";
}
inline std::string null(const std::string& name) {
  return "{ \"column\": \"" + name + "\", \"action\": \"null\", \"reason\": \"r\" }";
}
inline std::string constant(const std::string& name, const std::string& value = "x") {
  return "{ \"column\": \"" + name + "\", \"action\": \"constant\", \"value\": \"" + value + "\", \"reason\": \"r\" }";
}
inline std::string keep(const std::string& name) {
  return "{ \"column\": \"" + name + "\", \"action\": \"keep\" }";
}
inline std::string table(const std::string& name, const std::string& columns) {
  return "{ \"table\": \"" + name + "\", \"columns\": [ " + columns + " ] }";
}
inline std::string action(const std::string& name, const std::string& what) {
  return "{ \"table\": \"" + name + "\", \"action\": \"" + what + "\", \"reason\": \"r\" }";
}
inline std::string where(const std::string& name, const std::string& condition) {
  return "{ \"table\": \"" + name + "\", \"where\": \"" + condition + "\" }";
}

struct Refused {
  std::string message, hint;
};
inline bool operator==(const Refused& a, const Refused& b) {
  return a.message == b.message && a.hint == b.hint;
}
inline std::ostream& operator<<(std::ostream& out, const Refused& r) {
  return out << r.message << " | " << r.hint;
}

inline Refused refusal(const Policy& policy, const Database& database) {
  try {
    (void)resolve(policy, database.catalog);
  } catch (const Error& error) {
    REQUIRE(error.kind() == Kind::policy);
    return {tables::lines_only(error.message()), tables::lines_only(error.hint())};
  }
  return {"accepted", ""};
}

inline std::vector<std::string> warnings(const Verdicts& verdicts) {
  std::vector<std::string> result;
  for (const auto& text : verdicts.warnings) result.push_back(tables::lines_only(text));
  return result;
}

/// users (id PK, email unique, name, password_hash) and orders (user_id → users.id, note).
inline Database shop() {
  Database db;
  db.table("orders", {column("id", "bigint", true, true), column("user_id", "bigint"), column("note", "text")});
  db.table("users", {column("id", "bigint", true, true), column("email", "text", true),
                     column("name", "text", true, true), column("password_hash", "text", true), column("bio", "text")});
  db.unique("users", {"id"}, true);
  db.unique("users", {"email"});
  db.foreign_key("orders", "user_id", "users");
  return db;
}

inline std::vector<ColumnAction> actions(const TableVerdict& verdict) {
  std::vector<ColumnAction> result;
  for (const auto& one : verdict.columns) result.push_back(one.action);
  return result;
}

inline const TableVerdict& of(const Verdicts& verdicts, const Database& db, const std::string& name) {
  for (std::size_t i = 0; i < db.catalog.tables.size(); ++i)
    if (db.catalog.tables[i].name.name == name) return verdicts.tables[i];
  throw std::logic_error("no table " + name);
}

inline constexpr auto kept = ColumnAction::keep;

}  // namespace rules_test
