#pragma once

#include <string>
#include <vector>

#include "merge/target.hpp"
#include "pgcoffer/merge.hpp"

namespace pgcoffer::merging {

/// One statement for all tables, whose foreign keys are then looked at when it ends: whatever order or circle they
/// form, they only have to be right afterwards. Deletes everything before it updates, and updates before it inserts, so
/// that values of unique columns are free when they are taken. Its result has three columns for each table: rows
/// deleted, updated, inserted.
[[nodiscard]] std::string merge_statement(const std::vector<const TargetTable*>& tables, MergeMode mode);

[[nodiscard]] bool needs_key(MergeMode mode);

}  // namespace pgcoffer::merging
