#pragma once

#include <vector>

#include "merge/target.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::merging {

/// Takes SHARE ROW EXCLUSIVE locks on all of the tables, in the transaction that is open: readers go on, who writes
/// waits until its end. As far as it can be done, nothing is held while waiting for a table, so that nobody who writes
/// to several of them, in whatever order, is stopped by a deadlock.
void lock_against_writers(pg::Connection& connection, const std::vector<const TargetTable*>& tables);

}  // namespace pgcoffer::merging
