#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.hpp"

namespace pgcoffer::merging {

/// Readers go on, who writes waits.
inline constexpr std::string_view kAgainstWriters = "SHARE ROW EXCLUSIVE";
/// As TRUNCATE takes it: readers wait, too.
inline constexpr std::string_view kAgainstAll = "ACCESS EXCLUSIVE";

/// Locks all of the tables (names as SQL has them, perhaps with ONLY) in the transaction that is open, until its end.
/// As far as it can be done, nothing is held while waiting for a table, so that nobody who writes to several of them,
/// in whatever order, is stopped by a deadlock. Throws Error naming the table.
void lock_tables(pg::Connection& connection, std::vector<std::string> tables, std::string_view mode);

}  // namespace pgcoffer::merging
