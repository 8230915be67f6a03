#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "pgcoffer/restore.hpp"

namespace pgcoffer {

/// What happens to rows that tables hold already.
enum class MergeMode {
  append,          ///< rows are added
  truncate,        ///< tables are emptied first, with those that reference them
  replace,         ///< all rows are exchanged; readers see the old or the new ones
  upsert,          ///< rows with a known key are overwritten, others added
  insert_missing,  ///< rows with an unknown key are added
  sync,            ///< the table is made equal to the archive; rows that are the same are not touched
};
/// Throws Error(usage).
[[nodiscard]] MergeMode parse_merge_mode(const std::string& text);

/// Which other rows come along with those that `where` picks.
enum class Follow { none, children, parents, both };
/// Throws Error(usage).
[[nodiscard]] Follow parse_follow(const std::string& text);

/// Rows of an archive into tables that exist, in one transaction.
struct MergeOptions {
  RestoreOptions restore;  ///< archive, connection, tables, dry_run
  MergeMode mode = MergeMode::append;
  std::vector<std::string> keys;   ///< "table: column, column": instead of the primary key
  std::vector<std::string> where;  ///< "table: SQL condition": only these rows, of these tables
  Follow follow = Follow::none;
  bool disable_triggers = false;
  bool ignore_extra_columns = false;    ///< columns that the tables lack are left out
  bool verify = false;                  ///< digests of the tables are compared before the commit
  std::filesystem::path restore_point;  ///< the tables are dumped there first; empty: not
  /// Asked when rows are to be lost, with a line for each table; true goes on.
  std::function<bool(const std::string& database, const std::vector<std::string>& lost)> confirm;
};

struct MergeReport {
  std::string database;
  struct Table {
    std::string schema, name;
    std::uint64_t archived = 0;  ///< rows of the archive that were to be merged
    std::uint64_t inserted = 0, updated = 0, deleted = 0;
  };
  std::vector<Table> tables;
  std::vector<std::string> lost;  ///< what was asked about
  std::vector<std::string> warnings;
  std::vector<std::string> refresh;        ///< statements for materialized views that show the rows from before
  std::vector<std::string> after_restore;  ///< what the policy says is to be done now
  double seconds = 0;
};

/// Throws Error: usage, not_found (a table, a key), failed with the server's words; then nothing was changed.
[[nodiscard]] MergeReport merge(const MergeOptions& options, Progress& progress, const std::stop_token& stop = {});

/// restore() with RestoreOptions::clean, which first dumps what it is going to drop to `path`: the tables that are
/// selected, or the whole database. Rows that others write meanwhile may be in neither.
[[nodiscard]] RestoreReport restore_with_point(RestoreOptions options, const std::filesystem::path& path,
                                               Progress& progress, const std::stop_token& stop = {});

/// Reads the tables back that restore() with these options filled, and compares their digests with the archive's.
/// Throws Error(failed) naming those that differ. Returns how many are the same.
[[nodiscard]] std::uint64_t verify_restored(const RestoreOptions& options, Progress& progress,
                                            const std::stop_token& stop = {});

}  // namespace pgcoffer
