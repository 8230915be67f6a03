#pragma once

#include <string>
#include <vector>

#include "archive/manifest.hpp"

namespace pgcoffer::review {

/// What became of a table or column from one set of verdicts to another.
struct Change {
  enum class What { added, removed, changed };
  What what = What::changed;
  std::string object;                 ///< public.users, public.users.email
  std::string before, after;          ///< verdicts, with what they are told: "where deleted_at IS NULL"
  std::string reason_before, reason;  ///< why, where a rule says so
};

/// In the order of the names.
[[nodiscard]] std::vector<Change> compare_verdicts(const std::vector<archive::Table>& before,
                                                   const std::vector<archive::Table>& after);

}  // namespace pgcoffer::review
