#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/context.hpp"
#include "pgcoffer/merge.hpp"
#include "pgcoffer/progress.hpp"

namespace pgcoffer::cli {

/// Options of `restore` for rows that go into tables which exist.
struct MergeArguments {
  std::string mode, follow, restore_point;
  MergeOptions options;
  bool verify_after = false;

  void declare(CLI::App& command);
  /// False when the archive's tables are to be made, perhaps with --clean. Throws Error(usage) for options that then
  /// mean nothing.
  [[nodiscard]] bool wanted(bool clean) const;
  /// Merges with `options.restore` and prints the report.
  void run(bool yes, bool json, bool quiet, Progress& progress, Context& context);
};

/// Shows what would be lost, and asks for the database's name to be typed, unless `yes`.
[[nodiscard]] bool confirm_lost(const std::string& database, const std::vector<std::string>& lost, bool yes);

}  // namespace pgcoffer::cli
