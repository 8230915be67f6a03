#pragma once

#include "dump/database_dump.hpp"

namespace pgcoffer::dumping {

/// Dumps what belongs to the whole cluster as an archive, and commits the sink.
[[nodiscard]] Dumped dump_globals(const DumpOptions& options, std::unique_ptr<store::Sink> sink, Progress& progress,
                                  const std::stop_token& stop);
/// Writes it into a script, which the caller commits.
[[nodiscard]] DumpReport script_globals(const DumpOptions& options, archive::PlainScript& script, Progress& progress,
                                        const std::stop_token& stop);

/// A database of the server that everybody may connect to, where the options name none.
[[nodiscard]] ConnectOptions maintenance(ConnectOptions connection);

}  // namespace pgcoffer::dumping
