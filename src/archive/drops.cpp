#include "archive/drops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace pgcoffer::archive {
namespace {

constexpr std::string_view kDropConstraint = " DROP CONSTRAINT", kDropDefault = " DROP DEFAULT";

/// Where `words` begin outside of quoted names; npos when nowhere.
std::size_t find_unquoted(std::string_view sql, std::string_view words) {
  bool quoted = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] == '"') quoted = !quoted;
    if (!quoted && sql.substr(i).starts_with(words)) return i;
  }
  return std::string_view::npos;
}

std::string with_if_exists_after(std::string sql, std::string_view words) {
  const std::size_t at = find_unquoted(sql, words);
  return at == std::string::npos ? sql : sql.insert(at + words.size(), " IF EXISTS");
}

/// For statements that have no IF EXISTS for all that they name: run only where the condition holds.
std::string if_true(const std::string& condition, std::string sql) {
  sql.resize(sql.find_last_not_of('\n') + 1);
  return fmt::format("DO {};\n", quote_literal(fmt::format("BEGIN\n  IF {} THEN\n    EXECUTE {};\n  END IF;\nEND",
                                                           condition, quote_literal(sql))));
}

std::string if_found(const char* function, std::string_view name, const std::string& sql) {
  return if_true(fmt::format("pg_catalog.{}({}) IS NOT NULL", function, quote_literal(name)), sql);
}

/// "btree" of "… USING btree;"
std::string access_method(std::string_view sql) {
  constexpr std::string_view words = " USING ";
  const std::size_t at = find_unquoted(sql, words);
  if (at == std::string_view::npos) return {};
  std::string_view name = sql.substr(at + words.size());
  name = name.substr(0, name.rfind(';'));
  if (!name.starts_with('"')) return std::string(name);
  std::string plain;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    plain += name[i];
    if (name[i] == '"') ++i;
  }
  return plain;
}

bool always_there(std::string_view method) {
  static const std::set<std::string_view> builtin = {"btree", "hash", "gist", "gin", "spgist", "brin"};
  return builtin.contains(method);
}

std::string passing_if_missing(const TocEntry& entry) {
  constexpr std::string_view alter_domain = "ALTER DOMAIN ";
  const std::string& sql = entry.drop;
  if (entry.kind == "BLOB") {
    return fmt::format("SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata WHERE oid = '{}';\n",
                       entry.name);
  }
  if (entry.kind == "DEFAULT ACL") {
    return entry.schema.empty() ? sql : if_found("to_regnamespace", quote_always(entry.schema), sql);
  }
  if (sql.starts_with("CREATE OR REPLACE VIEW")) {
    return if_found("to_regclass", quote_always(QualifiedName{entry.table_schema, entry.table_name}), sql);
  }
  if (sql.starts_with(alter_domain)) {
    const std::string_view name = std::string_view(sql).substr(alter_domain.size());
    const auto end = std::min(find_unquoted(name, kDropConstraint), find_unquoted(name, kDropDefault));
    return if_found("to_regtype", name.substr(0, end), with_if_exists_after(sql, kDropConstraint));
  }
  if (sql.starts_with("ALTER TABLE ") || sql.starts_with("ALTER FOREIGN TABLE ")) {
    return with_if_exists_after(with_if_exists_after(sql, "TABLE"), kDropConstraint);
  }
  const std::string plain = with_if_exists_after(sql, "DROP " + entry.kind);
  const std::string method = entry.kind.starts_with("OPERATOR ") ? access_method(sql) : "";
  if (method.empty() || always_there(method)) return plain;
  return if_true(fmt::format("EXISTS (SELECT FROM pg_catalog.pg_am WHERE amname = {})", quote_literal(method)), plain);
}

/// Functions that a base type (or a range with a canonical function) is made of: dropping it drops them, too.
std::set<int> gone_with_their_type(const std::vector<const TocEntry*>& entries) {
  std::set<int> functions;
  for (const TocEntry* entry : entries) {
    if (entry->kind == "TYPE" && entry->drop.ends_with(" CASCADE;\n"))
      functions.insert(entry->depends.begin(), entry->depends.end());
  }
  return functions;
}

}  // namespace

std::vector<Drop> drops(const std::vector<const TocEntry*>& entries, bool if_exists) {
  const std::set<int> gone = gone_with_their_type(entries);
  std::vector<Drop> list;
  for (const TocEntry* entry : entries) {
    if (entry->drop.empty()) continue;
    const bool may_lack = if_exists || (entry->kind == "FUNCTION" && gone.contains(entry->id));
    list.push_back({entry, may_lack ? passing_if_missing(*entry) : entry->drop});
  }
  std::ranges::reverse(list);
  return list;
}

}  // namespace pgcoffer::archive
