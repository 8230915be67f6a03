#pragma once

#include <functional>
#include <vector>

#include "merge/target.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::merging {

/// For modes that leave no other rows than the archive's: partitions of the archive that are not among the tables may
/// have rows which belong into these, where hashes differ (Table::load_into). `siblings` tells the archive's partitions
/// of the same table. Throws Error(failed) then.
void refuse_lonely_partitions(pg::Connection& connection, const std::vector<TargetTable*>& tables,
                              const std::function<std::vector<const archive::Table*>(const archive::Table*)>& siblings);

/// Which partition a hash chooses depends on the database where it is of an enum's value, whose oid it takes, or of a
/// text in another encoding. Moves rows between the staging tables of partitions of one table, to those of the
/// partitions that they belong into here, and tells these tables (TargetTable::hashed_root).
///
/// Throws Error: failed where a row belongs into a partition that is not among the tables; unsupported where rows lack
/// columns.
void place_hashed_rows(pg::Connection& connection, const std::vector<TargetTable*>& tables);

}  // namespace pgcoffer::merging
