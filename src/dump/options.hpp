#pragma once

#include "compress/codec.hpp"
#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// Throws Error(usage) for options that contradict each other.
void check_options(const DumpOptions& options);

[[nodiscard]] compress::Setting compression(const DumpOptions& options);
/// How many connections read rows.
[[nodiscard]] unsigned jobs(const DumpOptions& options);

}  // namespace pgcoffer::dumping
