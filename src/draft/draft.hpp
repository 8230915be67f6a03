#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "review/live_database.hpp"

namespace pgcoffer::draft {

struct Options {
  std::uint64_t rows = 1000;   ///< of each table that are looked at, at most; 0: none
  bool personal_data = false;  ///< personal data is left out, too
};

struct Draft {
  std::string policy;                                   ///< JSON with comments
  std::vector<std::string> problems;                    ///< what stands against it, and has to be decided by hand
  std::uint64_t tables = 0, columns = 0, left_out = 0;  ///< columns and tables with another verdict than keep
};

/// Writes a strict policy for the database: a rule for every table and column, with what their names, types, comments
/// and rows show as a comment before it; never a value. Throws what reading a catalog and rows throws.
[[nodiscard]] Draft make_draft(review::LiveDatabase& database, const Options& options, const std::stop_token& stop);

}  // namespace pgcoffer::draft
