#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"

namespace pgcoffer::plan {

struct DataOrder {
  std::vector<std::size_t> tables;  ///< indexes into the catalog's tables, all of them
  std::vector<std::string> cycles;  ///< one line for each group of tables that reference each other in a circle
};

/// Orders tables so that what a foreign key references comes first; alphabetical where nothing else decides. Inside a
/// cycle the order is alphabetical too. A partition counts as its root.
[[nodiscard]] DataOrder data_order(const std::vector<catalog::Table>& tables);

}  // namespace pgcoffer::plan
