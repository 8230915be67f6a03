#include "merge/verify_merged.hpp"

#include <fmt/format.h>

#include "merge/row_check.hpp"
#include "merge/staging.hpp"
#include "merge/statement.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

[[noreturn]] void refuse(const std::string& table) {
  throw Error(Kind::failed, fmt::format("table \"{}\": its rows are not those of the archive", table))
      .hint("Does a trigger change them? --disable-triggers lets none fire.")
      .object(table);
}

/// Rows of the staging table that the table does not have, for SQL.
std::vector<std::string> lost_rows(const TargetTable& table, MergeMode mode) {
  if (mode == MergeMode::append || table.key.empty()) return {lost_whole_rows(table)};
  std::vector<std::string> counts;
  for (std::size_t given = 0; given < table.given.size(); ++given) {
    counts.push_back(
        fmt::format("{} AS s WHERE s.{} = {} AND NOT EXISTS (SELECT FROM ONLY {} AS t WHERE {} AND NOT {})",
                    table.staging, kGiven, given, table.sql(), same_key(table), differs(table.given[given])));
  }
  return counts;
}

}  // namespace

std::vector<std::string> verify_merged(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                       const archive::Manifest& manifest) {
  std::vector<std::string> warnings;
  write_as_archived(connection, manifest);
  for (const TargetTable* table : tables) {
    const std::string name = display_name(table->name);
    if (table->archived->row_digest.empty() || !table->extra.empty()) {
      warnings.push_back(
          fmt::format("table {} is not verified: the archive has no digest of the rows as they are here", name));
      continue;
    }
    const rows::RowDigest digest = digest_of(connection, "ONLY " + table->sql(), table->writable);
    if (digest.rows() == table->archived->rows && digest.hex() == table->archived->row_digest) continue;
    refuse(name);
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
    for (const std::string& lost : lost_rows(*table, mode)) {
      if (!connection.query(fmt::format("SELECT FROM {} LIMIT 1", lost)).empty()) refuse(display_name(table->name));
    }
  }
  return warnings;
}

void drop_rows_that_are_there(pg::Connection& connection, const std::vector<const TargetTable*>& tables) {
  for (const TargetTable* table : tables) {
    if (table->key.empty()) continue;  // of each there are as many as the archive has, or more
    connection.exec(fmt::format("DELETE FROM {} AS s WHERE EXISTS (SELECT FROM ONLY {} AS t WHERE {})", table->staging,
                                table->sql(), same_key(*table)));
  }
}

}  // namespace pgcoffer::merging
