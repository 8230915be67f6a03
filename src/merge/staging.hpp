#pragma once

#include "archive/reader.hpp"
#include "merge/target.hpp"
#include "pgcoffer/progress.hpp"

namespace pgcoffer::merging {

/// The column of staging tables that tells which rows are wanted.
inline constexpr const char* kPicked = "pgcoffer_picked";
/// And the one with the number, in TargetTable::given, of the columns that the row has.
inline constexpr const char* kGiven = "pgcoffer_given";
/// And the one that tells whose row in the table has a value moved aside: it is updated, though it may be the same now.
inline constexpr const char* kMoved = "pgcoffer_moved";

/// Loads the archive's rows of the table into a temporary table that goes with the transaction. Throws Error: damaged,
/// failed.
void stage(pg::Connection& connection, const archive::Reader& reader, TargetTable& table, Progress& progress);

/// Removes the rows that are not picked.
void keep_picked(pg::Connection& connection, const TargetTable& table);

}  // namespace pgcoffer::merging
