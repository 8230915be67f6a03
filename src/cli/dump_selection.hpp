#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "pgcoffer/dump.hpp"

namespace pgcoffer::cli {

/// What a dump takes and what it leaves out: -t, -n, -s, --no-comments and so on.
void declare_selection(CLI::App& command, DumpOptions& options);
/// What was chosen, as options are written, for the manifest.
[[nodiscard]] std::vector<std::string> describe_selection(const DumpOptions& options);

}  // namespace pgcoffer::cli
