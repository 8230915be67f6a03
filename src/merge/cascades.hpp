#pragma once

#include <string>
#include <vector>

#include "merge/target.hpp"
#include "pgcoffer/merge.hpp"

/// Rows that go, or change, because of rows that are deleted or get other values: ON DELETE and ON UPDATE CASCADE, SET
/// NULL, SET DEFAULT.
namespace pgcoffer::merging {

/// A foreign key to the tables that acts when their rows are deleted.
[[nodiscard]] bool acts_on_delete(const ForeignKey& key, const TargetTable& table);

/// For a replacement of all rows: rows of tables with such keys must not be deleted where they come back, since what
/// references them would go, or be changed, all the same. They are compared by key (TargetTable::by_key). Throws
/// Error(usage) for one that has no key.
void keep_referenced_rows(const std::vector<TargetTable*>& tables, const std::vector<ForeignKey>& keys);

struct Cascade {
  enum class Event { deleted, updated };
  pg::Oid table = 0;  ///< is not one of those that are merged
  Event event = Event::deleted;
  char action = 0;  ///< pg_constraint.confdeltype, confupdtype: c, n, d
};
/// Tables beside these whose rows would be deleted or changed when rows of these are deleted, over any number of steps.
[[nodiscard]] std::vector<Cascade> cascades(const std::vector<const TargetTable*>& tables,
                                            const std::vector<ForeignKey>& keys);
/// Those whose rows are changed since rows of these get other values in referenced columns: there are such rows now.
[[nodiscard]] std::vector<Cascade> cascades_of_updates(pg::Connection& connection,
                                                       const std::vector<const TargetTable*>& tables,
                                                       const std::vector<ForeignKey>& keys, MergeMode mode);
/// Whether the foreign key is between two of these, and may change rows that the merge has just made right: one that
/// references other columns than those which tell the rows apart, so that a value leaves one row and comes with
/// another.
[[nodiscard]] bool may_undo(const ForeignKey& key, const std::vector<TargetTable*>& tables);
/// "rows that reference deleted ones are deleted, too"
[[nodiscard]] std::string describe(const Cascade& cascade);

}  // namespace pgcoffer::merging
