#pragma once

#include <vector>

#include "merge/apply.hpp"

/// Rows that a BEFORE trigger keeps from being inserted, updated or deleted by returning NULL: the server says nothing
/// of them.
namespace pgcoffer::merging {

/// pg_trigger.tgtype (catalog/pg_trigger.h).
inline constexpr int kOnInsert = 4, kOnDelete = 8, kOnUpdate = 16;

/// Sets TargetTable::before_triggers. Whether a trigger fires in this session is not asked: it only costs a count.
void find_before_triggers(pg::Connection& connection, const std::vector<TargetTable*>& tables);

/// Throws Error(failed) naming the first table in which not all rows were changed that had to be.
void refuse_suppressed(const std::vector<const TargetTable*>& tables, const std::vector<Changes>& changes);

}  // namespace pgcoffer::merging
