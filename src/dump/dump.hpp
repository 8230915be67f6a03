#pragma once

#include <stop_token>

#include "archive/plain_script.hpp"
#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// Dumps one database: into options.path, or with `script` to the end of that script, which the caller commits.
[[nodiscard]] DumpReport dump_database(const DumpOptions& options, Progress& progress, const std::stop_token& stop,
                                       archive::PlainScript* script = nullptr);

}  // namespace pgcoffer::dumping
