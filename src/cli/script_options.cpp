#include "cli/script_options.hpp"

#include "pgcoffer/error.hpp"

namespace pgcoffer::cli {
namespace {

constexpr const char* kGroup = "Plain scripts";

Inserts& inserts(DumpOptions& options) {
  if (!options.inserts) options.inserts.emplace();
  return *options.inserts;
}

void declare_inserts(CLI::App& command, DumpOptions& options) {
  CLI::Option* plain = command.add_flag_callback(
      "--inserts", [&options] { inserts(options); },
      "Rows as INSERT statements, which other databases read, too; slow");
  CLI::Option* names = command.add_flag_callback(
      "--column-inserts,--attribute-inserts", [&options] { inserts(options).column_names = true; },
      "The same, with the columns' names");
  CLI::Option* rows = command.add_option_function<std::uint64_t>(
      "--rows-per-insert", [&options](std::uint64_t count) { inserts(options).rows = count; },
      "INSERT statements of so many rows");
  rows->type_name("N")->check(CLI::Range(std::uint64_t{1}, std::uint64_t{INT32_MAX}));
  CLI::Option* ignore = command.add_flag_callback(
      "--on-conflict-do-nothing",
      [&options, plain, names, rows] {
        if (plain->empty() && names->empty() && rows->empty())
          throw Error(Kind::usage, "--on-conflict-do-nothing is for INSERT statements")
              .hint("Say --inserts, --column-inserts or --rows-per-insert too.");
        inserts(options).on_conflict_do_nothing = true;
      },
      "INSERT statements that pass over rows that are there");
  for (CLI::Option* option : {plain, names, rows, ignore}) option->group(kGroup);
}

}  // namespace

void declare_script(CLI::App& command, DumpOptions& options) {
  command
      .add_flag("-c,--clean", options.clean, "Drop what the script makes before making it; with -C the database itself")
      ->group(kGroup);
  command.add_flag("--if-exists", options.if_exists, "With --clean: what does not exist need not be dropped")
      ->group(kGroup);
  command
      .add_flag(
          "--disable-triggers", options.disable_triggers,
          "With --data-only: let no trigger fire, foreign keys included, while the rows are loaded; for a superuser")
      ->group(kGroup);
  command.add_option("-S,--superuser", options.superuser, "With --disable-triggers: the superuser who loads the rows")
      ->type_name("NAME")
      ->group(kGroup);
  declare_inserts(command, options);
}

}  // namespace pgcoffer::cli
