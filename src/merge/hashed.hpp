#pragma once

#include <vector>

#include "merge/target.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::merging {

/// Which partition a hash chooses depends on the database where it is of an enum's value, whose oid it takes, or of a
/// text in another encoding. Moves rows between the staging tables of partitions of one table, to those of the
/// partitions that they belong into here, and tells these tables (TargetTable::hashed_root).
///
/// Throws Error: failed where a row belongs into a partition that is not among the tables; unsupported where rows lack
/// columns.
void place_hashed_rows(pg::Connection& connection, const std::vector<TargetTable*>& tables);

}  // namespace pgcoffer::merging
