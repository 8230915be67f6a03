#include "cli/script_options.hpp"

namespace pgcoffer::cli {

void declare_script(CLI::App& command, DumpOptions& options) {
  constexpr const char* group = "Plain scripts";
  command
      .add_flag("-c,--clean", options.clean, "Drop what the script makes before making it; with -C the database itself")
      ->group(group);
  command.add_flag("--if-exists", options.if_exists, "With --clean: what does not exist need not be dropped")
      ->group(group);
}

}  // namespace pgcoffer::cli
