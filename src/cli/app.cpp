#include "cli/context.hpp"
#include "pgcoffer/version.hpp"

namespace pgcoffer::cli {

std::unique_ptr<CLI::App> make_app(Context& context) {
  auto app = std::make_unique<CLI::App>(
      "Dumps, seals, verifies and restores PostgreSQL databases over the native protocol.", "pgcoffer");
  // -h is the host, as in all PostgreSQL programs.
  app->set_help_flag("-?,--help", "Print this help");
  app->set_version_flag("-V,--version", "pgcoffer " + version(), "Print the version");
  app->require_subcommand(1);
  app->footer(
      "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 cannot connect or not permitted,\n"
      "4 the archive is damaged, 5 the policy refuses, 130 interrupted.\n\n"
      "`pgcoffer COMMAND --help` tells each command's options, with examples.");
  add_dump(*app, context);
  add_restore(*app, context);
  add_verify(*app, context);
  add_inspect(*app, context);
  add_cat(*app, context);
  add_key(*app, context);
  add_doctor(*app, context);
  add_version(*app, context);
  add_documentation(*app, context);
  return app;
}

}  // namespace pgcoffer::cli
