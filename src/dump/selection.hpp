#pragma once

#include "catalog/selection.hpp"
#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// The patterns and switches of the options, parsed. Throws Error(usage).
[[nodiscard]] catalog::Selection selection(const DumpOptions& options);

}  // namespace pgcoffer::dumping
