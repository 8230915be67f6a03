#pragma once

#include <cstdint>
#include <vector>

#include "merge/target.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/merge.hpp"

namespace pgcoffer::merging {

/// Rows of one table that a merge touched.
struct Changes {
  std::uint64_t inserted = 0, updated = 0, deleted = 0;
  std::uint64_t all_inserted = 0, all_updated = 0, all_deleted = 0;  ///< as far as triggers could leave out some

  Changes& operator+=(const Changes& more);
};

/// Brings the rows of the staging tables into the tables, in one statement. Unique values that change hands are moved
/// out of the way first where they stand in it; rows that are referenced, or that have columns which the archive lacks,
/// are never made anew for that. Throws Error with what to do where there is no way. In the order of the tables.
[[nodiscard]] std::vector<Changes> apply(pg::Connection& connection, const std::vector<TargetTable*>& tables,
                                         const std::vector<ForeignKey>& keys, MergeMode mode);

}  // namespace pgcoffer::merging
