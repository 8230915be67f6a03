#include "cli/merge_arguments.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/report.hpp"
#include "cli/terminal.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::cli {
bool confirm_lost(const std::string& database, const std::vector<std::string>& lost, bool yes) {
  for (const std::string& line : lost) print_line(stderr, "pgcoffer: " + line);
  return yes || ask_typed(fmt::format("Type the database's name ({}) to go on:", database), database);
}

namespace {

void show(const MergeReport& report, bool dry_run, bool json, bool quiet) {
  if (json) {
    nlohmann::ordered_json tables = nlohmann::ordered_json::array();
    for (const MergeReport::Table& table : report.tables) {
      tables.push_back({{"schema", table.schema},
                        {"name", table.name},
                        {"archived", table.archived},
                        {"inserted", table.inserted},
                        {"updated", table.updated},
                        {"deleted", table.deleted}});
    }
    print_json({{"database", report.database},
                {"dry_run", dry_run},
                {"tables", tables},
                {"lost", report.lost},
                {"seconds", report.seconds},
                {"warnings", report.warnings},
                {"refresh", report.refresh},
                {"after_restore", report.after_restore}},
               stdout);
    return;
  }
  if (dry_run) {
    for (const std::string& line : report.lost) print_line(stdout, line);
  }
  std::FILE* const out = dry_run ? stdout : stderr;
  if (quiet && !dry_run) return print_actions(report.after_restore);
  for (const MergeReport::Table& table : report.tables) {
    print_line(out, fmt::format("pgcoffer: {}: {} inserted, {} updated, {} deleted, of {} in the archive",
                                display_name({table.schema, table.name}), counted(table.inserted, "row"),
                                human_count(table.updated), human_count(table.deleted), human_count(table.archived)));
  }
  if (dry_run)
    print_line(
        stdout,
        "Nothing was changed: it was done in a transaction that was rolled back (--dry-run). Only sequences that "
        "defaults or triggers moved on stay where they are.");
  else
    print_actions(report.after_restore);
}

}  // namespace

void MergeArguments::declare(CLI::App& command) {
  constexpr const char* group = "Rows into tables that exist";
  command
      .add_option("--mode", mode,
                  "create (tables must not exist), append, truncate, replace, upsert, insert-missing or sync; "
                  "insert-missing with --where")
      ->group(group)
      ->type_name("MODE")
      ->default_str("create");
  command
      .add_option("--where", options.where,
                  "Only rows that meet the condition (tables in a subselect are the database's); may be repeated")
      ->group(group)
      ->type_name("'TABLE: SQL'")
      ->expected(1)
      ->take_all();
  command
      .add_option(
          "--follow", follow,
          "With --where: take along what references the rows (children), what they reference (parents), or both")
      ->group(group)
      ->type_name("WHAT");
  command
      .add_option("--key", options.keys, "Columns that tell rows apart, instead of the primary key; may be repeated")
      ->group(group)
      ->type_name("'TABLE: a, b'")
      ->expected(1)
      ->take_all();
  command
      .add_flag("--disable-triggers", options.disable_triggers,
                "No trigger fires, but for those that are ENABLE ALWAYS or REPLICA where a superuser restores; foreign "
                "keys are checked at the end")
      ->group(group);
  command
      .add_flag("--ignore-extra-columns", options.ignore_extra_columns,
                "Leave out values of columns that the tables lack")
      ->group(group);
  command
      .add_option("--restore-point", restore_point, "First dump what is going to be overwritten, or dropped (--clean)")
      ->group(group)
      ->type_name("PATH");
  command.add_flag("--verify-after", verify_after, "Read the rows back and compare their digests with the archive's")
      ->group("How");
}

bool MergeArguments::wanted(bool clean) const {
  if (mode == "create" && !options.where.empty()) {
    throw Error(Kind::usage, "--where picks rows for tables that exist, and --mode create makes tables")
        .hint("Leave out --mode for insert-missing, or say upsert or append.");
  }
  if ((!mode.empty() && mode != "create") || !options.where.empty()) return true;
  const bool merging = !follow.empty() || !options.keys.empty() || options.disable_triggers ||
                       options.ignore_extra_columns || (!restore_point.empty() && !clean);
  if (merging) {
    throw Error(
        Kind::usage,
        "--follow, --key, --disable-triggers, --ignore-extra-columns and --restore-point are for tables that exist")
        .hint("Say how rows get into them with --mode; --restore-point goes with --clean, too.");
  }
  return false;
}

void MergeArguments::run(bool yes, bool json, bool quiet, Progress& progress, Context& context) {
  options.mode = parse_merge_mode(mode.empty() ? "insert-missing" : mode);
  if (!follow.empty()) options.follow = parse_follow(follow);
  options.restore_point = restore_point;
  options.verify = verify_after;
  options.confirm = [yes](const std::string& database, const std::vector<std::string>& lost) {
    return confirm_lost(database, lost, yes);
  };
  const MergeReport report = merge(options, progress, context.stop);
  if (!options.restore.dry_run) context.done = "only the report is missing, all is restored and committed";
  show(report, options.restore.dry_run, json, quiet);
}

}  // namespace pgcoffer::cli
