#include "merge/verify_merged.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "merge/preconditions.hpp"
#include "merge/row_check.hpp"
#include "merge/staging.hpp"
#include "merge/statement.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

[[noreturn]] void refuse(const TargetTable& table) {
  const std::vector<std::string> narrowed = narrowed_columns(table, true);
  const std::string types =
      narrowed.empty() ? "" : fmt::format("Columns of other types may change values: {}. ", join_first(narrowed));
  throw Error(Kind::failed, fmt::format("table {}: its rows are not those of the archive", quoted_name(table.name)))
      .hint(
          types +
          "Does a trigger change them? --disable-triggers lets none fire but those that are ENABLE ALWAYS or REPLICA.")
      .object(display_name(table.name));
}

/// Rows of the staging table that the table should have and has not, for SQL. Where rows that were there stay as they
/// are (mark_rows_that_are_there), only their keys must be there.
std::vector<std::string> should_be_there(const TargetTable& table, MergeMode mode) {
  if (mode == MergeMode::append) return {lost_whole_rows(table)};
  const std::string whole = lost_rows(table, table.writable);
  if (mode != MergeMode::insert_missing || table.key.empty()) return {whole};
  return {lost_rows(table, {}), fmt::format("{} AND NOT s.{}", whole, kMoved)};
}

/// Partitions whose rows have moved among them are verified as the one table that they are.
std::map<QualifiedName, std::vector<const TargetTable*>> together(const std::vector<const TargetTable*>& tables) {
  std::map<QualifiedName, std::vector<const TargetTable*>> groups;
  for (const TargetTable* table : tables) groups[table->hashed_root.value_or(table->name)].push_back(table);
  return groups;
}

}  // namespace

std::vector<std::string> verify_merged(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                       const archive::Reader& reader) {
  std::vector<std::string> warnings;
  RowCheck check(reader, connection);
  for (const auto& [name, group] : together(tables)) {
    const TargetTable* const table = group.front();
    Sources sources;
    for (const TargetTable* each : group) sources.push_back(each->archived);
    // Values that were not written cannot be there.
    const std::optional<bool> same = table->extra.empty() ? check.same(name, sources) : std::nullopt;
    if (same.value_or(false)) continue;
    if (same) refuse(*table);
    warnings.push_back(fmt::format("table {} is not verified: rows of the archive and the table have other columns",
                                   display_name(table->name)));
  }
  return warnings;
}

std::vector<std::string> verify_staged(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                       MergeMode mode) {
  std::vector<std::string> warnings;
  for (const TargetTable* table : tables) {
    if (mode == MergeMode::append && table->given.size() > 1) {
      warnings.push_back(
          fmt::format("table {} is not verified: rows of the archive lack columns", display_name(table->name)));
      continue;
    }
    for (const std::string& lost : should_be_there(*table, mode)) {
      if (!connection.query(fmt::format("SELECT FROM {} LIMIT 1", lost)).empty()) refuse(*table);
    }
  }
  return warnings;
}

void verify_staging(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                    const archive::Reader& reader) {
  RowCheck check(reader, connection);
  for (const TargetTable* table : tables) {
    if (table->archived->rows == 0 || table->archived->columns.empty()) continue;
    const QualifiedName staging{"pg_temp", fmt::format("pgcoffer_{}", table->oid)};
    if (!check.same(staging, {table->archived}).value_or(true)) refuse(*table);
  }
}

void mark_rows_that_are_there(pg::Connection& connection, const std::vector<const TargetTable*>& tables) {
  for (const TargetTable* table : tables) {
    if (table->key.empty()) continue;  // of each there are as many as the archive has, or more
    connection.exec(fmt::format("UPDATE {} AS s SET {} = true WHERE EXISTS (SELECT FROM ONLY {} AS t WHERE {})",
                                table->staging, kMoved, table->sql(), same_key(*table)));
  }
}

}  // namespace pgcoffer::merging
