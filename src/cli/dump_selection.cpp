#include "cli/dump_selection.hpp"

#include <array>
#include <iostream>
#include <iterator>

#include "base/file.hpp"
#include "cli/leave_out.hpp"
#include "cli/options.hpp"
#include "dump/filter_file.hpp"

namespace pgcoffer::cli {
namespace {

constexpr const char* kTake = "What to dump";
constexpr const char* kLeave = "What to leave out";

struct Patterns {
  const char* name;
  std::vector<std::string> DumpOptions::*member;
  const char* help;
  const char* group;
};

constexpr auto kPatterns = std::to_array<Patterns>({
    {"-t,--table", &DumpOptions::tables, "Only these tables, views and sequences (psql pattern); may be repeated",
     kTake},
    {"--table-and-children", &DumpOptions::tables_and_children, "The same, with partitions and inheritance children",
     kTake},
    {"-n,--schema", &DumpOptions::schemas, "Only these schemas", kTake},
    {"-e,--extension", &DumpOptions::extensions, "Of the extensions only these", kTake},
    {"--include-foreign-data", &DumpOptions::include_foreign_data,
     "Also the rows of foreign tables on these foreign servers", kTake},
    {"-T,--exclude-table", &DumpOptions::exclude_tables, "Not these tables", kLeave},
    {"--exclude-table-and-children", &DumpOptions::exclude_tables_and_children,
     "Not these tables, their partitions and inheritance children", kLeave},
    {"--exclude-database", &DumpOptions::exclude_databases, "With --all-databases: not these", kLeave},
    {"-N,--exclude-schema", &DumpOptions::exclude_schemas, "Not these schemas", kLeave},
    {"--exclude-extension", &DumpOptions::exclude_extensions, "Not these extensions", kLeave},
    {"--exclude-table-data", &DumpOptions::exclude_table_data, "These tables without their rows", kLeave},
    {"--exclude-table-data-and-children", &DumpOptions::exclude_table_data_and_children,
     "These tables, their partitions and inheritance children without their rows", kLeave},
});

struct Flag {
  const char* name;
  bool DumpOptions::*member;
  const char* help;
  const char* group;
};

constexpr auto kFlags = std::to_array<Flag>({
    {"-g,--globals,--globals-only", &DumpOptions::globals,
     "Roles, memberships, tablespaces and privileges on parameters instead of a database", kTake},
    {"--all-databases", &DumpOptions::all_databases,
     "The same, and each database of the server in an archive of its own within the archive", kTake},
    {"--role-passwords", &DumpOptions::role_passwords,
     "With --globals or --all-databases: the verifiers of passwords, too; an archive must be encrypted then", kTake},
    {"-a,--data-only", &DumpOptions::data_only, "Rows only, no schema", kTake},
    {"-s,--schema-only", &DumpOptions::schema_only, "Schema only, no rows", kTake},
    {"--sequence-data", &DumpOptions::sequence_data, "Sequences' values also without rows", kTake},
    {"--statistics", &DumpOptions::statistics, "Also optimizer statistics, as ANALYZE made them", kTake},
    {"--statistics-only", &DumpOptions::statistics_only, "Optimizer statistics only, no schema, no rows", kTake},
    {"-C,--create", &DumpOptions::create, "A script also makes its database, with all properties", kTake},
    {"--no-data", &DumpOptions::no_data, "Leave out rows; unlike -s it goes with --statistics", kLeave},
    {"--no-schema", &DumpOptions::no_schema, "Leave out the schema; unlike -a it goes with --statistics", kLeave},
    {"-O,--no-owner", &DumpOptions::no_owner, "Leave out owners", kLeave},
    {"-x,--no-privileges,--no-acl", &DumpOptions::no_privileges, "Leave out privileges (GRANT, REVOKE)", kLeave},
    {"--no-toast-compression", &DumpOptions::no_toast_compression, "Columns with the default compression", kLeave},
    {"--no-unlogged-table-data", &DumpOptions::no_unlogged_table_data, "Unlogged tables without their rows", kLeave},
    {"--enable-row-security", &DumpOptions::enable_row_security,
     "Leave out rows that row-level security hides, instead of an error", kLeave},
    {"--serializable-deferrable", &DumpOptions::serializable_deferrable,
     "Wait for a moment that serializable transactions could have seen", kTake},
    {"--load-via-partition-root", &DumpOptions::load_via_partition_root,
     "Rows of partitions are loaded into the topmost table, which finds their partitions anew", kTake},
    {"--quote-all-identifiers", &DumpOptions::quote_all_identifiers, "Every name in double quotes", kTake},
    {"--ignore-unsupported", &DumpOptions::ignore_unsupported,
     "Go on without objects that cannot be dumped; the manifest lists them", kLeave},
});

std::string read_filter(const std::string& file) {
  if (file != "-") return read_option_file(file);
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

}  // namespace

void declare_selection(CLI::App& command, DumpOptions& options) {
  for (const Patterns& each : kPatterns) {
    command.add_option(each.name, options.*each.member, each.help)
        ->group(each.group)
        ->type_name("PATTERN")
        ->expected(1)
        ->take_all();
  }
  for (const Flag& each : kFlags) command.add_flag(each.name, options.*each.member, each.help)->group(each.group);
  command
      .add_flag_callback(
          "--no-statistics", [&options] { options.statistics = options.statistics_only = false; },
          "Leave out optimizer statistics (as without --statistics)")
      ->group(kLeave);
  command
      .add_option_function<std::vector<std::string>>(
          "--filter",
          [&options](const std::vector<std::string>& files) {
            for (const std::string& file : files) dumping::add_filter(read_filter(file), file, options);
          },
          "Patterns from a file, as pg_dump 17 takes them: include|exclude KIND PATTERN a line; - is standard input")
      ->group(kTake)
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  declare_sections(command, options.sections, kTake);
  command
      .add_option("--snapshot", options.snapshot,
                  "Dump in this snapshot: of pg_export_snapshot(), whose transaction must still be open")
      ->group(kTake)
      ->type_name("NAME");
  command
      .add_option("--extra-float-digits", options.extra_float_digits,
                  "Digits of floating-point numbers; default: as many as give back the same number")
      ->group(kTake)
      ->type_name("N")
      ->check(CLI::Range(-15, 3));
  // In this order: of both, -b counts, as in pg_dump.
  command
      .add_flag_callback(
          "-B,--no-large-objects,--no-blobs", [&options] { options.large_objects = false; }, "Leave out large objects")
      ->group(kLeave);
  command
      .add_flag_callback(
          "-b,--large-objects,--blobs", [&options] { options.large_objects = true; },
          "Large objects also with -t, -n or -e")
      ->group(kTake);
  declare_leave_out(command, options.leave_out);
  declare_strict_names(command, kTake);
  command
      .add_option("--policy", options.policy,
                  "Built-in policy (full, no-credentials, no-personal-data, schema-only) or policy file")
      ->group(kLeave)
      ->type_name("FILE|NAME");
}

}  // namespace pgcoffer::cli
