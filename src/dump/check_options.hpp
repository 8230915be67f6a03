#pragma once

#include "base/sections.hpp"
#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// What the options leave of schema and rows; statistics and --sequence-data are apart from these. Throws Error(usage).
[[nodiscard]] Sections dumped_sections(const DumpOptions& options);

/// Rows are to be binary where they can be; elsewhere they are text in SQL.
[[nodiscard]] bool wants_binary_rows(const DumpOptions& options);

/// Refuses options that contradict each other, or that mean nothing for the output. Throws Error(usage). Returns the
/// sections that they leave.
[[nodiscard]] Sections check_options(const DumpOptions& options);

}  // namespace pgcoffer::dumping
