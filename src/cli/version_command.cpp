#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "archive/manifest.hpp"
#include "cli/context.hpp"
#include "cli/report.hpp"
#include "pgcoffer/version.hpp"

namespace pgcoffer::cli {

void add_version(CLI::App& app, Context& /*context*/) {
  auto json = std::make_shared<bool>(false);
  CLI::App& command = *app.add_subcommand("version", "Print the version, and those of the libraries");
  command.add_flag("--json", *json, "Print it as JSON");
  command.callback([json] {
    if (*json) {
      nlohmann::ordered_json libraries;
      for (const auto& [name, number] : library_versions()) libraries[name] = number;
      print_json({{"pgcoffer", version()},
                  {"format_version", archive::kFormatVersion},
                  {"servers", "13-19"},
                  {"libraries", libraries}},
                 stdout);
      return;
    }
    print_line(stdout,
               fmt::format("pgcoffer {} (archive format {}, servers 13 to 19)", version(), archive::kFormatVersion));
    for (const auto& [name, number] : library_versions()) print_line(stdout, fmt::format("  {} {}", name, number));
  });
}

}  // namespace pgcoffer::cli
