#pragma once

#include <memory>
#include <stop_token>

#include "archive/manifest.hpp"
#include "archive/plain_script.hpp"
#include "pgcoffer/dump.hpp"
#include "pgcoffer/progress.hpp"
#include "store/store.hpp"

namespace pgcoffer::dumping {

struct Dumped {
  DumpReport report;
  archive::Manifest manifest;
};

/// Dumps one database as an archive, and commits the sink.
[[nodiscard]] Dumped dump_database(const DumpOptions& options, std::unique_ptr<store::Sink> sink, Progress& progress,
                                   const std::stop_token& stop);
/// Appends one database to a script, which the caller commits.
[[nodiscard]] DumpReport script_database(const DumpOptions& options, archive::PlainScript& script, Progress& progress,
                                         const std::stop_token& stop);

}  // namespace pgcoffer::dumping
