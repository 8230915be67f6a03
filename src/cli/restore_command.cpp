#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/context.hpp"
#include "cli/leave_out.hpp"
#include "cli/merge_arguments.hpp"
#include "cli/options.hpp"
#include "cli/progress_display.hpp"
#include "cli/report.hpp"
#include "cli/table_names.hpp"
#include "cli/terminal.hpp"
#include "pgcoffer/restore.hpp"

namespace pgcoffer::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  pgcoffer restore shop.zip -C
      into a new database of the same name on the server of PGHOST, with its owner, locale, settings and privileges
  pgcoffer restore shop.zip --create-db shop_copy
      the same under another name
  pgcoffer restore shop.zip -d postgresql://admin@db.example.com/shop_copy -j 4
      into an existing, empty database, over four connections
  pgcoffer restore shop.zip -d scratch --tables Booking,User
      two tables with their rows, indexes and triggers
  pgcoffer restore shop.zip -d scratch --object function:public.total --with-dependencies
      a function, and what it needs that is not there
  pgcoffer restore shop.zip -d shop --tables orders --map-table orders=orders_of_monday
      a table beside the one that is there
  pgcoffer restore shop.zip -d shop --where 'customers: id = 4711' --follow both
      a deleted customer, with all that belonged to her, back into the living database
  pgcoffer restore shop.zip -d staging --tables products,prices --mode sync
      two tables made equal to the archive's; rows that are the same are not touched
  pgcoffer restore shop.zip -d shop --clean --if-exists
      over an older state of the same database: drops what the archive makes, then restores
  pgcoffer restore shop.zip -d shop --tables products --mode replace --lock-wait-timeout 10s
      gives up, changing nothing, where somebody holds the table for longer than that, and says who
  pgcoffer restore shop.zip -d scratch --dry-run
      what would be done, changing nothing)";

struct Arguments {
  ConnectionArguments connection;
  OpenArguments open;
  MergeArguments merge;
  RestoreOptions options;
  std::string path, lock_wait, progress = "auto";
  TableNames table_names;
  bool yes = false, json = false;
};

nlohmann::ordered_json to_json(const std::vector<RefusedObject>& refused) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const RefusedObject& one : refused) list.push_back({{"object", one.object}, {"why", one.why}});
  return list;
}

/// All of them: it is what the database lacks.
void tell_refused(const std::vector<RefusedObject>& refused, bool dry_run) {
  if (refused.empty()) return;
  for (const RefusedObject& one : refused)
    print_line(stderr, fmt::format("pgcoffer: left out: {}: {}", one.object, one.why));
  print_error(
      Error(Kind::failed, fmt::format("{} {} restored, since the server refuses {}", counted(refused.size(), "object"),
                                      dry_run ? "would not be" : (refused.size() == 1 ? "is not" : "are not"),
                                      refused.size() == 1 ? "it" : "them, or what they need"))
          .hint(dry_run ? "" : "All else is restored and committed."));
}

void show(const RestoreReport& report, const Arguments& arguments) {
  if (arguments.json) {
    nlohmann::ordered_json databases = nlohmann::ordered_json::array();
    for (const RestoredDatabase& database : report.databases) databases.push_back(database.name);
    print_json({{"database", report.database},
                {"databases", std::move(databases)},
                {"dry_run", arguments.options.dry_run},
                {"plan", report.plan},
                {"dependencies", report.dependencies},
                {"dependencies_there", report.dependencies_there},
                {"lost", report.lost},
                {"refused", to_json(report.refused)},
                {"nothing_left", report.nothing_left},
                {"tables", report.tables},
                {"rows", report.rows},
                {"objects", report.objects},
                {"seconds", report.seconds},
                {"warnings", report.warnings},
                {"after_restore", report.after_restore}},
               stdout);
    return;
  }
  if (arguments.options.dry_run) {
    for (const std::string& object : report.dependencies) print_line(stdout, "needed, and not there: " + object);
    for (const std::string& object : report.dependencies_there)
      print_line(stdout, "needed, and there already: " + object);
    for (const std::string& line : report.lost) print_line(stdout, line);
    for (const std::string& line : report.plan) print_line(stdout, line);
    print_line(stdout, "Nothing was changed (--dry-run).");
    return;
  }
  if (arguments.progress == "none") return print_actions(report.after_restore);
  if (arguments.progress == "json") return;
  if (report.nothing_left) {
    print_line(stderr,
               fmt::format("pgcoffer: nothing is left to do: database {} has all that is to be restored, and no "
                           "restore is unfinished there. Nothing was changed.",
                           quote_ident(report.database)));
    return;
  }
  if (!report.databases.empty()) {
    print_line(stderr, fmt::format("pgcoffer: restored roles, tablespaces and {}: {} and {} of {}, {:.1f} s",
                                   counted(report.databases.size(), "database"), counted(report.objects, "object"),
                                   counted(report.rows, "row"), counted(report.tables, "table"), report.seconds));
    return print_actions(report.after_restore);
  }
  if (report.database.empty()) {
    print_line(stderr, fmt::format("pgcoffer: {} brought roles and tablespaces to the archive's state, {:.1f} s",
                                   counted(report.objects, "step"), report.seconds));
    return;
  }
  print_line(stderr, fmt::format("pgcoffer: restored {} and {} of {} into database {}, {:.1f} s",
                                 counted(report.objects, "object"), counted(report.rows, "row"),
                                 counted(report.tables, "table"), quote_ident(report.database), report.seconds));
  print_actions(report.after_restore);
}

void verify_after(const RestoreReport& report, RestoreOptions options, Progress& progress, const Context& context) {
  std::vector<RestoredDatabase> databases = report.databases;
  if (!report.database.empty()) databases.push_back({report.database, options.path});
  if (databases.empty()) progress.warning("--verify-after compares rows, and this archive has none");
  for (const RestoredDatabase& database : databases) {
    options.path = database.archive;
    options.connection.dbname = database.name;
    static_cast<void>(verify_restored(options, progress, context.stop));
  }
}

void run(Arguments& arguments, Context& context) {
  RestoreOptions& options = arguments.options;
  options.path = arguments.path;
  options.table_names = arguments.table_names.names();
  options.connection = arguments.connection.resolve();
  options.lock_wait_timeout = lock_wait_timeout(arguments.lock_wait);
  options.confirm = [yes = arguments.yes](const std::string& question) { return yes || ask_yes(question); };
  options.confirm_lost = [yes = arguments.yes](const std::string& database, const std::vector<std::string>& lost) {
    return confirm_lost(database, lost, yes);
  };
  if (arguments.merge.verify_after && options.accept_edited) {
    throw Error(Kind::usage, "--verify-after compares with digests that edited parts no longer have")
        .hint("Leave out --verify-after, or --accept-edited.");
  }
  if (arguments.merge.verify_after && options.skip_refused) {
    throw Error(Kind::usage, "--verify-after compares all tables of the archive, and --skip-refused may leave some out")
        .hint("Leave one of them out; `pgcoffer compare` shows what is missing.");
  }
  std::unique_ptr<Progress> progress = make_progress(arguments.progress);
  if (arguments.merge.wanted(options.clean)) {
    const bool quiet = arguments.progress == "none" || arguments.progress == "json";
    arguments.merge.options.restore = std::move(options);
    return arguments.open.with_identities([&](seal::Identities identities) {
      arguments.merge.options.restore.identities = std::move(identities);
      arguments.merge.run(arguments.yes, arguments.json, quiet, *progress, context);
    });
  }
  const RestoreReport report = arguments.open.with_identities([&](seal::Identities identities) {
    options.identities = std::move(identities);
    if (!arguments.merge.restore_point.empty() && !options.dry_run)
      return restore_with_point(options, arguments.merge.restore_point, *progress, context.stop);
    return restore(options, *progress, context.stop);
  });
  if (arguments.merge.verify_after && !options.dry_run) verify_after(report, options, *progress, context);
  progress.reset();  // a bar ends before anything else is printed
  if (!report.refused.empty()) context.exit_code = kFailed;
  if (!options.dry_run) {
    context.done = report.refused.empty()
                       ? "only the report is missing, all is restored and committed"
                       : fmt::format(
                             "only the report is missing; {} left out, since the server refuses what --dry-run "
                             "lists, all else is restored and committed",
                             counted(report.refused.size(), "object is", "objects are"));
  }
  show(report, arguments);
  tell_refused(report.refused, options.dry_run);
}

constexpr const char* kHow = "How";

void declare_maps(CLI::App& command, RestoreOptions& options) {
  const auto add = [&](const char* name, std::vector<std::string>& maps, const char* help) {
    command.add_option(name, maps, help)->group(kHow)->type_name("OLD=NEW")->expected(1)->take_all();
  };
  add("--map-schema", options.map_schemas, "What is in schema OLD of the archive goes into schema NEW");
  add("--map-table", options.map_tables, "Table OLD, with its indexes and sequences, becomes NEW ([schema.]name)");
  add("--map-role", options.map_roles, "What role OLD owns and may do is role NEW's");
  add("--map-tablespace", options.map_tablespaces, "Tablespace NEW instead of OLD");
}

void declare_what(CLI::App& command, Arguments& arguments) {
  constexpr const char* group = "What to restore";
  RestoreOptions& options = arguments.options;
  arguments.table_names.declare(command, group);
  command
      .add_option("-t,--table", options.tables, "Only these tables, views, sequences (psql pattern); may be repeated")
      ->group(group)
      ->type_name("PATTERN")
      ->expected(1)
      ->take_all();
  command.add_option("-n,--schema", options.schemas, "Only what is in these schemas (psql pattern); may be repeated")
      ->group(group)
      ->type_name("PATTERN")
      ->expected(1)
      ->take_all();
  command
      .add_option("--object", options.objects,
                  "Only this object: function:public.f, view:v, type:t, trigger:t.g …; may be repeated")
      ->group(group)
      ->type_name("KIND:NAME")
      ->expected(1)
      ->take_all();
  command
      .add_flag("--with-dependencies", options.with_dependencies,
                "Also what these need and the database has not: types, functions, referenced tables with rows …")
      ->group(group);
  command
      .add_flag("--skip-missing-references", options.skip_missing_references,
                "Leave out foreign keys to tables that are neither selected nor in the database")
      ->group(group);
  command
      .add_flag("--skip-refused", options.skip_refused,
                "Try all definitions first, and leave out what the server refuses, with what needs it; exit 1 then")
      ->group(group);
  command.add_flag("-s,--schema-only", options.schema_only, "Schema only, no rows")->group(group);
  command.add_flag("-a,--data-only", options.data_only, "Rows only, into tables that exist")->group(group);
  command.add_flag("--no-statistics", options.no_statistics, "Leave out optimizer statistics that the archive holds")
      ->group(group);
  command.add_flag("--statistics-only", options.statistics_only, "Optimizer statistics only, no schema, no rows")
      ->group(group);
  command.add_flag("-O,--no-owner", options.no_owner, "Everything belongs to the role that restores")->group(group);
  command.add_flag("-x,--no-privileges,--no-acl", options.no_privileges, "Leave out privileges (GRANT, REVOKE)")
      ->group(group);
  declare_sections(command, options.sections, group);
  declare_leave_out(command, options.leave_out);
  declare_strict_names(command, group);
}

/// Over which connections, into which database.
void declare_target(CLI::App& command, RestoreOptions& options) {
  command
      .add_option("-j,--jobs", options.jobs,
                  "Connections that load rows and make indexes; default: as many as cores, 8 at most")
      ->group(kHow)
      ->type_name("N")
      ->check(CLI::Range(1U, 256U));
  command
      .add_flag("-1,--single-transaction", options.single_transaction,
                "All or nothing, over one connection; a database that it made stays")
      ->group(kHow);
  command
      .add_flag("-C,--create", options.create,
                "Create the database under its own name, with all its properties, and restore into it")
      ->group(kHow);
  command
      .add_option("--create-db", options.create_database,
                  "Create it under this name, with all its properties, and restore into it")
      ->group(kHow)
      ->type_name("NAME");
}

void declare_how(CLI::App& command, RestoreOptions& options) {
  command
      .add_flag_callback(
          "--no-analyze", [&options] { options.analyze = false; },
          "Do not gather the planner's statistics (ANALYZE) at the end")
      ->group(kHow);
  command.add_flag("-c,--clean", options.clean, "Drop what is to be restored before making it anew")->group(kHow);
  command.add_flag("--if-exists", options.if_exists, "With --clean: what does not exist need not be dropped")
      ->group(kHow);
  command
      .add_flag("--resumable", options.resumable,
                "Keep a journal in the database (schema pgcoffer_restore) until all is restored")
      ->group(kHow);
  command
      .add_flag("--resume", options.resume,
                "Go on where a restore with --resumable was stopped; same archive, same options")
      ->group(kHow);
  command.add_flag("--dry-run", options.dry_run, "Print what would be done; change nothing")->group(kHow);
  command
      .add_flag("--accept-edited", options.accept_edited,
                "Restore parts that were edited by hand as they are, though their digests differ")
      ->group(kHow);
}

void declare_report(CLI::App& command, Arguments& arguments) {
  command
      .add_option("--lock-wait-timeout", arguments.lock_wait,
                  "Give up when a lock that somebody else holds is not to be had in this time")
      ->group(kHow)
      ->type_name("TIME");
  command.add_flag("-y,--yes", arguments.yes, "Answer every question with yes")->group(kHow);
  declare_progress(command, arguments.progress, kHow);
  command.add_flag("--json", arguments.json, "Print the report as JSON")->group(kHow);
}

}  // namespace

void add_restore(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("restore", "Restore an archive, or some of its tables");
  command.footer(kExamples);
  command.add_option("archive", arguments->path, "Archive: directory or zip file, or one of pg_dump's")
      ->type_name("PATH")
      ->required();
  declare_what(command, *arguments);
  arguments->merge.declare(command);
  declare_target(command, arguments->options);
  declare_maps(command, arguments->options);
  declare_how(command, arguments->options);
  declare_report(command, *arguments);
  arguments->open.declare(command);
  arguments->connection.declare(command);
  command.callback([arguments, &context] { run(*arguments, context); });
}

}  // namespace pgcoffer::cli
