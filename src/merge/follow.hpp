#pragma once

#include <set>

#include "merge/target.hpp"
#include "pgcoffer/merge.hpp"

namespace pgcoffer::merging {

using Tables = std::map<pg::Oid, TargetTable>;

/// The tables that can hold rows which belong to rows of `roots`: those that reference them, over any number of steps
/// (children), then those that all of these reference (parents).
[[nodiscard]] std::set<pg::Oid> reachable(const Tables& tables, const std::vector<ForeignKey>& keys,
                                          std::set<pg::Oid> roots, Follow follow);

/// Picks, in the staging tables, the rows that belong to those picked: first what references them, then what all of
/// these reference. A parent's other children do not come along.
void follow_rows(pg::Connection& connection, const Tables& tables, const std::vector<ForeignKey>& keys, Follow follow);

}  // namespace pgcoffer::merging
