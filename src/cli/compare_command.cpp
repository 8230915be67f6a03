#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/changed_lines.hpp"
#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/context.hpp"
#include "cli/leave_out.hpp"
#include "cli/options.hpp"
#include "cli/progress_display.hpp"
#include "cli/report.hpp"
#include "cli/table_names.hpp"
#include "pgcoffer/compare.hpp"

namespace pgcoffer::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFooter =
    R"(Exit code 6 when there are differences. "missing" is in the archive only, "added" in the other only; of what
is changed, "-" is the archive's line and "+" the other's.

Examples:
  pgcoffer compare shop.zip -d shop
      what has changed in the database since the backup
  pgcoffer compare shop.zip -d shop --tables orders,items --rows
      only two tables, with what belongs to them
  pgcoffer compare monday.zip tuesday.zip --rows --json
      two archives, with the rows that differ)";

struct Arguments {
  ConnectionArguments connection;
  OpenArguments open;
  CompareOptions options;
  std::string archive, other, progress = "auto";
  TableNames table_names;
  bool json = false;
};

const char* word(Change change) {
  switch (change) {
    case Change::missing:
      return "missing";
    case Change::added:
      return "added";
    case Change::changed:
      break;
  }
  return "changed";
}

Json value(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json row_json(const RowDifference& row) {
  Json key = Json::object();
  for (const ValueDifference& one : row.key)
    key[one.column] = value(row.change == Change::added ? one.other : one.archive);
  Json object = {{"change", word(row.change)}, {"key", key}};
  for (const ValueDifference& one : row.columns)
    object["columns"][one.column] = {{"archive", value(one.archive)}, {"other", value(one.other)}};
  return object;
}

Json table_json(const TableDifference& table, bool rows) {
  Json object = {{"schema", table.schema},   {"name", table.name},   {"key", table.key},
                 {"missing", table.missing}, {"added", table.added}, {"changed", table.changed}};
  if (!rows) return object;
  object["rows"] = Json::array();
  for (const RowDifference& row : table.rows) object["rows"].push_back(row_json(row));
  object["rows_not_listed"] = table.not_listed();
  return object;
}

void show_json(const CompareReport& report, const Arguments& arguments) {
  Json objects = Json::array();
  for (const ObjectDifference& one : report.objects) {
    objects.push_back({{"change", word(one.change)},
                       {"kind", one.kind},
                       {"schema", one.schema},
                       {"name", one.name},
                       {"perhaps_only_writing", one.perhaps_only_writing},
                       {"archive_sql", one.archive_sql},
                       {"other_sql", one.other_sql}});
  }
  Json tables = Json::array();
  for (const TableDifference& table : report.tables) tables.push_back(table_json(table, arguments.options.list_rows));
  print_json({{"same", report.same()},
              {"archive", report.archive},
              {"other", report.other},
              {"objects_compared", report.objects_compared},
              {"tables_compared", report.tables_compared},
              {"rows_compared", report.rows_compared},
              {"objects", objects},
              {"tables", tables},
              {"large_objects", report.large_objects},
              {"notes", report.notes}},
             stdout);
}

std::string text(const std::optional<std::string>& value) {
  return value ? quote_literal(*value) : "NULL";
}

std::string row_text(const RowDifference& row) {
  std::vector<std::string> key, columns;
  for (const ValueDifference& one : row.key)
    key.push_back(
        fmt::format("{} {}", quote_ident(one.column), text(row.change == Change::added ? one.other : one.archive)));
  for (const ValueDifference& one : row.columns)
    columns.push_back(fmt::format("{} {} -> {}", quote_ident(one.column), text(one.archive), text(one.other)));
  return fmt::format("  {:<8} {}{}{}", word(row.change), join(key, ", "), columns.empty() ? "" : ": ",
                     join(columns, ", "));
}

/// What differs in a definition; not where a line may hold a password.
void show_changed_lines(const ObjectDifference& object) {
  constexpr std::size_t most = 10;
  const bool secret = object.kind == "USER MAPPING" || object.kind == "SUBSCRIPTION" || object.kind == "SERVER";
  if (object.change != Change::changed || secret) return;
  const std::vector<std::string> lines = changed_lines(object.archive_sql, object.other_sql);
  for (std::size_t i = 0; i < std::min(most, lines.size()); ++i) print_line(stdout, "    " + lines[i]);
  if (lines.size() > most)
    print_line(stdout, fmt::format("    … and {} more lines: --json has both definitions", lines.size() - most));
}

void show(const CompareReport& report, bool rows) {
  for (const std::string& note : report.notes) print_line(stdout, "note: " + note);
  for (const ObjectDifference& one : report.objects) {
    const std::string name = one.schema.empty() ? one.name : one.schema + "." + one.name;
    print_line(stdout, fmt::format("{:<8} {} {}{}", word(one.change), one.kind, name,
                                   one.perhaps_only_writing ? " (perhaps in writing only)" : ""));
    show_changed_lines(one);
  }
  for (const TableDifference& table : report.tables) {
    print_line(stdout,
               fmt::format("rows     {}: {} missing, {} added, {} changed", display_name({table.schema, table.name}),
                           human_count(table.missing), human_count(table.added), human_count(table.changed)));
    for (const RowDifference& row : table.rows) print_line(stdout, row_text(row));
    if (rows && table.not_listed() > 0)
      print_line(stdout,
                 fmt::format("  … and {} not shown: --rows-limit 0 lists all", counted(table.not_listed(), "row")));
  }
  for (const std::uint32_t oid : report.large_objects) print_line(stdout, fmt::format("changed  large object {}", oid));
  print_line(stdout, fmt::format("{} and {}: {}; {}, {}, {}", report.archive, report.other,
                                 report.same() ? "the same" : "different", counted(report.objects_compared, "object"),
                                 counted(report.tables_compared, "table"), counted(report.rows_compared, "row")));
}

void run(Arguments& arguments, Context& context) {
  CompareOptions& options = arguments.options;
  options.archive = arguments.archive;
  if (!arguments.other.empty()) options.other = arguments.other;
  options.table_names = arguments.table_names.names();
  options.connection = arguments.connection.resolve();
  std::unique_ptr<Progress> progress = make_progress(arguments.progress);
  const CompareReport report = arguments.open.with_identities([&](seal::Identities identities) {
    options.identities = std::move(identities);
    return compare(options, *progress, context.stop);
  });
  progress.reset();
  if (arguments.json) {
    show_json(report, arguments);
  } else {
    show(report, options.list_rows);
  }
  if (!report.same()) context.exit_code = kDifferent;
}

void declare_selection(CLI::App& command, Arguments& arguments) {
  constexpr const char* group = "What to compare";
  const auto add = [&](const char* name, std::vector<std::string>& patterns, const char* help) {
    command.add_option(name, patterns, help)->group(group)->type_name("PATTERN")->expected(1)->take_all();
  };
  CompareOptions& options = arguments.options;
  arguments.table_names.declare(command, group);
  add("-t,--table", options.tables, "Only these tables (psql pattern), with their partitions; may be repeated");
  add("-T,--exclude-table", options.exclude_tables, "Not these tables, nor their partitions; may be repeated");
  add("-n,--schema", options.schemas, "Only what is in these schemas (psql pattern); may be repeated");
  add("-N,--exclude-schema", options.exclude_schemas, "Not what is in these schemas; may be repeated");
  command.add_flag("-s,--schema-only", options.schema_only, "Schema only")->group(group);
  command.add_flag("-a,--data-only", options.data_only, "Rows and large objects only")->group(group);
  command.add_flag("-O,--no-owner", options.no_owner, "Owners do not count")->group(group);
  command.add_flag("-x,--no-privileges,--no-acl", options.no_privileges, "Privileges do not count")->group(group);
  declare_leave_out(command, options.leave_out);
}

}  // namespace

void add_compare(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CompareOptions& options = arguments->options;
  CLI::App& command = *app.add_subcommand("compare", "Compare an archive with a database, or with another archive");
  command.footer(kFooter);
  command.add_option("archive", arguments->archive, "Archive: directory or zip file, or one of pg_dump's")
      ->type_name("PATH")
      ->required();
  command.add_option("other", arguments->other, "Another archive; otherwise the database is compared")
      ->type_name("PATH");
  declare_selection(command, *arguments);
  command.add_flag("--rows", options.list_rows, "List the rows that differ, by primary key");
  command.add_option("--rows-limit", options.rows_limit, "Rows listed of each table; 0 for all")
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--progress", arguments->progress, "auto, plain, json or none")
      ->type_name("MODE")
      ->capture_default_str();
  command.add_flag("--json", arguments->json, "Print the differences as JSON");
  arguments->open.declare(command);
  arguments->connection.declare(command);
  command.callback([arguments, &context] { run(*arguments, context); });
}

}  // namespace pgcoffer::cli
