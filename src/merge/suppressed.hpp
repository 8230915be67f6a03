#pragma once

#include <cstdint>
#include <vector>

#include "merge/apply.hpp"

namespace pgcoffer::merging {

/// How many rows a merge has to insert at least into each of the tables. 0 where no trigger could keep a row out.
[[nodiscard]] std::vector<std::uint64_t> least_inserts(pg::Connection& connection,
                                                       const std::vector<const TargetTable*>& tables, MergeMode mode);

/// Throws Error(failed) naming the table that took fewer: a BEFORE trigger that returns NULL leaves a row out, and the
/// server says nothing of it.
void refuse_suppressed(const std::vector<const TargetTable*>& tables, const std::vector<std::uint64_t>& least,
                       const std::vector<Changes>& changes);

}  // namespace pgcoffer::merging
