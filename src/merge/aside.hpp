#pragma once

#include <string>
#include <vector>

#include "merge/target.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::merging {

/// Gives unique values that are about to change a place outside of the way: where rows exchange theirs, the UPDATE that
/// sets the archive's would meet the old ones. Rows stay where they are, so that what references them does, too; only
/// columns that the UPDATE sets, and that no foreign key references, are touched, and such rows are marked in the
/// staging table (kMoved). No trigger sees it, where the role may say so. Tables must be locked against writers, and
/// there must be a transaction.
/// Returns the indexes for which there is no way, for people.
[[nodiscard]] std::vector<std::string> move_values_aside(pg::Connection& connection,
                                                         const std::vector<const TargetTable*>& tables,
                                                         const std::vector<ForeignKey>& keys);

}  // namespace pgcoffer::merging
