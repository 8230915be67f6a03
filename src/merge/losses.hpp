#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "merge/target.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/merge.hpp"

namespace pgcoffer::merging {

/// What a merge takes away, in the tables themselves and in those that reference them.
struct Losses {
  std::vector<std::string> lines;     ///< for people; empty: nothing is lost
  std::vector<QualifiedName> beside;  ///< tables that are not merged and lose rows, too
  std::vector<std::string> emptied;   ///< with mode truncate: all tables to be emptied, as TRUNCATE and LOCK take them
};

/// Counts the rows that there are now. Throws Error(failed) where tables cannot be emptied. `picked`: of the archive's
/// rows only those in the staging tables are meant. `created` is the archive's age.
[[nodiscard]] Losses find_losses(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                 const std::vector<ForeignKey>& keys, MergeMode mode, bool picked,
                                 const std::string& created);

/// Once the tables are locked: throws Error(failed) where rows of a table would change that find_losses() did not find.
void refuse_new_losses(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                       const std::vector<ForeignKey>& keys, MergeMode mode, const Losses& losses);

/// Rows of one table, without those of tables that inherit from it.
[[nodiscard]] std::uint64_t count_rows(pg::Connection& connection, const std::string& table);

}  // namespace pgcoffer::merging
