#pragma once

#include "compare/side.hpp"
#include "pgcoffer/compare.hpp"

namespace pgcoffer::comparing {

/// A table that both sides have, and what of it is compared.
struct RowsTask {
  const SideTable& archive;
  const SideTable& other;
  std::vector<std::string> columns;  ///< that both have
  std::vector<std::string> key;      ///< some of them; empty: rows are compared as a whole
  bool list = false;
  std::uint64_t limit = 0;  ///< rows listed; 0: all
};

/// Counts, and lists if asked to. Holds a fixed number of rows in memory as digests: of larger tables those whose
/// digests have one remainder, pass after pass.
[[nodiscard]] TableDifference compare_rows(Side& archive, Side& other, const RowsTask& task);

}  // namespace pgcoffer::comparing
