#pragma once

#include <stop_token>

#include "pgcoffer/dump.hpp"
#include "pgcoffer/progress.hpp"

namespace pgcoffer::dumping {

/// Dumps what belongs to the whole cluster, as an archive or a script.
[[nodiscard]] DumpReport dump_globals(const DumpOptions& options, Progress& progress, const std::stop_token& stop);

}  // namespace pgcoffer::dumping
