#pragma once

#include <CLI/CLI.hpp>

#include "pgcoffer/dump.hpp"

namespace pgcoffer::cli {

/// What only a dump into a plain script has: -c and so on.
void declare_script(CLI::App& command, DumpOptions& options);

}  // namespace pgcoffer::cli
