#pragma once

#include <string>
#include <vector>

#include "restore/selection.hpp"
#include "restore/target.hpp"

namespace pgcoffer::restoring {

/// What --clean drops, as far as it is there.
struct Dropped {
  std::vector<std::string> lines;   ///< for people; empty: no table that is dropped exists
  std::vector<std::string> tables;  ///< quoted names
};

/// Counts the rows that tables have now. `created` is the archive's age.
[[nodiscard]] Dropped find_dropped(pg::Connection& connection, const Selected& selected, const std::string& created);

/// Asks before a database that is not empty is restored into: for its name to be typed where tables are dropped. Throws
/// Error(usage) when the answer is no. Nothing is locked meanwhile.
void confirm(TargetDatabase& target, const Selected& selected, const RestoreOptions& options, const Dropped& dropped);

}  // namespace pgcoffer::restoring
