#pragma once

#include "base/sections.hpp"
#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// Refuses options that contradict each other, or that mean nothing for the output. Throws Error(usage). Returns the
/// sections that they leave.
[[nodiscard]] Sections check_options(const DumpOptions& options);

}  // namespace pgcoffer::dumping
