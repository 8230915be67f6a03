#pragma once

#include <CLI/CLI.hpp>

#include "pgcoffer/dump.hpp"

namespace pgcoffer::cli {

/// What a dump takes and what it leaves out: -t, -n, -s, --no-comments and so on.
void declare_selection(CLI::App& command, DumpOptions& options);

}  // namespace pgcoffer::cli
