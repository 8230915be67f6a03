#pragma once

#include <set>
#include <vector>

#include "merge/target.hpp"
#include "pgcoffer/merge.hpp"

/// What would make a merge wrong, or make it fail with words that only the server understands.
namespace pgcoffer::merging {

/// Throws Error(usage) naming tables without a key, where the mode cannot do without one.
void refuse_without_keys(const std::vector<const TargetTable*>& tables, MergeMode mode);

/// Columns of the archive that the table lacks, or that its key needs: Error, or a warning where the options say so.
/// Returns the warnings, also for values that a policy made.
[[nodiscard]] std::vector<std::string> check_columns(const TargetTable& table, const MergeOptions& options);

/// Throws Error(usage) where the condition of --where compares a column of type citext by an operator without schema:
/// text's would be taken, which tells capitals apart.
void refuse_bare_citext(pg::Connection& connection, const TargetTable& table, const std::string& condition);

/// A warning where rows that a policy left out of the archive are deleted for their absence.
[[nodiscard]] std::vector<std::string> deleted_for_the_policy(const TargetTable& table, MergeMode mode);

/// A warning where all rows are made anew and the archive has no values of some columns.
/// "n numeric(6,3) -> numeric(6,1)": columns whose type may make other values of the archive's. Types of the database's
/// own, and archives that do not tell types (`types_known`), say nothing.
[[nodiscard]] std::vector<std::string> narrowed_columns(const TargetTable& table, bool types_known);
[[nodiscard]] std::vector<std::string> emptied_columns(const TargetTable& table, MergeMode mode);

/// Of keys that were asked for, once the rows are staged and the tables locked: throws Error(usage) where they do not
/// tell the rows apart, in the archive or in the table.
void check_keys(pg::Connection& connection, const std::vector<const TargetTable*>& tables);

/// Throws Error(failed) where rows that have to be made anew (TargetTable::fixed()) would take others with them, or
/// values that the archive does not have, when they are deleted.
void refuse_remaking_rows(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                          const std::vector<ForeignKey>& keys, MergeMode mode);

/// Throws Error(failed) naming rules of the tables that would be applied: the server takes none in a statement that
/// changes several tables, and where it does the rows go elsewhere.
void refuse_rules(pg::Connection& connection, const std::vector<const TargetTable*>& tables, MergeMode mode);

/// Throws Error(failed) where the server would not empty tables for a foreign key that is not enforced: it looks at
/// such keys once a table has, or had, triggers, but not for the table that has the key.
void refuse_unenforced_keys(pg::Connection& connection, const std::set<pg::Oid>& emptied,
                            const std::vector<ForeignKey>& keys);

/// Throws Error(usage) naming tables whose rows cannot be told apart, where rows of a part lack columns.
void refuse_sparse_rows_without_key(const std::vector<const TargetTable*>& tables);

}  // namespace pgcoffer::merging
