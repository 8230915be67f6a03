#include "merge/preconditions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.hpp"
#include "merge/cascades.hpp"
#include "merge/statement.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

std::string key_columns(const TargetTable& table, const char* separator, const char* suffix = "") {
  std::vector<std::string> names;
  for (const KeyColumn& column : table.key) names.push_back(quote_always(column.name) + suffix);
  return join(names, separator);
}

std::uint64_t count(pg::Connection& connection, const std::string& rows) {
  return static_cast<std::uint64_t>(
      connection.query(fmt::format("SELECT pg_catalog.count(*) FROM {}", rows))[0][0].as_int());
}

[[noreturn]] void refuse_key(const TargetTable& table, const std::string& why) {
  throw Error(Kind::usage,
              fmt::format("--key: {} {} table \"{}\": {}", key_columns(table, ", "),
                          table.key.size() == 1 ? "does not tell apart the rows of" : "do not tell apart the rows of",
                          display_name(table.name), why))
      .hint("Name columns whose values are never NULL and never twice the same.");
}

void check_key(pg::Connection& connection, const TargetTable& table) {
  const std::string same =
      fmt::format(" GROUP BY {} HAVING pg_catalog.count(*) > 1) AS twice", key_columns(table, ", "));
  const std::string null = key_columns(table, " OR ", " IS NULL"),
                    not_null = key_columns(table, " AND ", " IS NOT NULL");
  if (const auto rows = count(connection, table.staging + " WHERE " + null); rows > 0)
    refuse_key(table, fmt::format("{} of the archive have NULL there", counted(rows, "row")));
  if (const auto keys = count(connection, fmt::format("(SELECT FROM {}{}", table.staging, same)); keys > 0)
    refuse_key(table, fmt::format("in the archive, {} in several rows", counted(keys, "value stands", "values stand")));
  const std::string there = fmt::format("(SELECT FROM ONLY {} WHERE {}{}", table.sql(), not_null, same);
  if (const auto keys = count(connection, there); keys > 0)
    refuse_key(table,
               fmt::format("in the database, {} in several rows", counted(keys, "value stands", "values stand")));
}

/// pg_rewrite.ev_type of what the mode does.
const char* events(MergeMode mode) {
  switch (mode) {
    case MergeMode::append:
    case MergeMode::truncate:
    case MergeMode::insert_missing:
      return "'3'";
    case MergeMode::upsert:
      return "'2', '3'";
    case MergeMode::replace:
    case MergeMode::sync:
      break;
  }
  return "'2', '3', '4'";
}

}  // namespace

void check_keys(pg::Connection& connection, const std::vector<const TargetTable*>& tables) {
  for (const TargetTable* table : tables)
    if (table->key_unproven) check_key(connection, *table);
}

void refuse_remaking_referenced_rows(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                     const std::vector<ForeignKey>& keys) {
  for (const TargetTable* table : tables) {
    const std::string anew = made_anew(*table);
    if (anew.empty() || std::ranges::none_of(keys, [&](const ForeignKey& key) { return acts_on_delete(key, *table); }))
      continue;
    const auto rows = count(connection, fmt::format("ONLY {} AS t JOIN {} AS s ON {} AND {}", table->sql(),
                                                    table->staging, same_key(*table), anew));
    if (rows == 0) continue;
    throw Error(Kind::failed,
                fmt::format("table \"{}\": {} have another value of {} than in the archive, which is GENERATED ALWAYS: "
                            "they would have to be deleted and made anew, which takes rows that reference them along",
                            display_name(table->name), counted(rows, "row"), join(table->fixed(), ", ")))
        .hint("Merge by the primary key (leave out --key).");
  }
}

void refuse_rules(pg::Connection& connection, const std::vector<const TargetTable*>& tables, MergeMode mode) {
  std::vector<std::string> oids, rules;
  for (const TargetTable* table : tables) oids.push_back(std::to_string(table->oid));
  if (oids.empty()) return;
  const std::string sql = fmt::format(
      "SELECT pg_catalog.format('%I of table %I.%I', r.rulename, n.nspname, c.relname) FROM pg_catalog.pg_rewrite r "
      "JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE r.ev_class IN ({}) AND r.ev_type IN ({}) AND r.ev_enabled IN ('O', 'A') ORDER BY 1",
      join(oids, ", "), events(mode));
  for (const pg::Row row : connection.query(sql)) rules.push_back(row[0].str());
  if (rules.empty()) return;
  throw Error(Kind::failed, fmt::format("rules stand in the way of merging rows: {}", join_first(rules)))
      .hint(
          "--disable-triggers lets no rule act either, for a role that may set session_replication_role; or disable "
          "them (ALTER TABLE … DISABLE RULE).");
}

void refuse_sparse_rows_without_key(const std::vector<const TargetTable*>& tables) {
  for (const TargetTable* table : tables) {
    if (!table->key.empty() || table->given.size() == 1) continue;
    throw Error(Kind::usage, fmt::format("table \"{}\" has no primary key, and rows of the archive lack columns: they "
                                         "cannot be told apart",
                                         display_name(table->name)))
        .hint("Say which columns tell its rows apart with --key, or give all rows all columns.");
  }
}

}  // namespace pgcoffer::merging
