#pragma once

#include <string>
#include <vector>

#include "merge/target.hpp"

/// Rows that go, or change, because of rows that are deleted: ON DELETE CASCADE, SET NULL, SET DEFAULT.
namespace pgcoffer::merging {

/// A foreign key to the tables that acts when their rows are deleted.
[[nodiscard]] bool acts_on_delete(const ForeignKey& key, const TargetTable& table);

/// For a replacement of all rows: rows of tables with such keys must not be deleted where they come back, since what
/// references them would go, or be changed, all the same. They are compared by key (TargetTable::by_key). Throws
/// Error(usage) for one that has no key.
void keep_referenced_rows(const std::vector<TargetTable*>& tables, const std::vector<ForeignKey>& keys);

struct Cascade {
  pg::Oid table = 0;   ///< is not one of those that are merged
  char on_delete = 0;  ///< pg_constraint.confdeltype: c, n, d
};
/// Tables beside these whose rows would be deleted or changed, over any number of steps.
[[nodiscard]] std::vector<Cascade> cascades(const std::vector<const TargetTable*>& tables,
                                            const std::vector<ForeignKey>& keys);
/// "rows that reference deleted ones are deleted, too"
[[nodiscard]] std::string describe(const Cascade& cascade);

}  // namespace pgcoffer::merging
