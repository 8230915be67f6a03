#include "dump/check_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "audit/report_file.hpp"
#include "pgcoffer/error.hpp"
#include "rows/format.hpp"

namespace pgcoffer::dumping {
namespace {

[[noreturn]] void refuse_both(std::string_view one, std::string_view other) {
  throw Error(Kind::usage, fmt::format("{} and {} exclude each other", one, other)).hint("Leave out one of them.");
}

void check_for_plain(const DumpOptions& options) {
  if (options.rows != "sql") {
    throw Error(Kind::usage, "a plain script holds its rows as sql only")
        .hint("Leave out --rows, or write a directory or zip.");
  }
  if (!options.recipients.empty()) {
    throw Error(Kind::usage, "a plain script cannot be encrypted")
        .hint("Write a directory or zip instead: -f NAME.zip.");
  }
}

void check_audit(const DumpOptions& options) {
  if (!options.audit) return;
  if (options.globals || options.all_databases)
    throw Error(Kind::usage, "--audit is for archives of one database")
        .hint("Dump each database by itself, or audit afterwards: `pgcoffer audit PATH` reads all of it.");
  if (options.container == Container::plain) {
    throw Error(Kind::usage, "--audit is for archives of one database")
        .hint("Write a directory or zip; a script cannot be taken back once a finding has left.");
  }
  const auto archive = std::filesystem::weakly_canonical(options.path);
  for (const std::filesystem::path& report : options.audit->reports) {
    audit::check_report_file(report);
    const auto file = std::filesystem::weakly_canonical(report);
    if (std::mismatch(archive.begin(), archive.end(), file.begin(), file.end()).first == archive.end())
      throw Error(Kind::usage, fmt::format("the report \"{}\" would lie within the archive", report.string()))
          .hint("Name a file beside it with --audit-report.");
  }
}

void check_for_archive(const DumpOptions& options) {
  if (options.path == "-") {
    throw Error(Kind::usage, "only a plain script can be written to standard output")
        .hint("Name a file or folder with -f, or leave out --format.");
  }
  if (options.inserts) {
    throw Error(Kind::usage, "--inserts and its like are for plain scripts")
        .hint("Write one: -f NAME.sql, or -f -. An archive goes into tables with rows by `pgcoffer restore --mode`.");
  }
  if (options.disable_triggers) {
    throw Error(Kind::usage, "--disable-triggers is for plain scripts")
        .hint("Of an archive it is the restore's: `pgcoffer restore --mode append --disable-triggers`.");
  }
  if (options.clean) {
    throw Error(Kind::usage, "--clean is for plain scripts")
        .hint("An archive always knows how to drop what it makes: say --clean to `pgcoffer restore`.");
  }
}

/// What changes how the server writes text says nothing of binary rows: the tables of one archive would differ.
void check_binary_rows(const DumpOptions& options) {
  if (!wants_binary_rows(options)) return static_cast<void>(rows::parse_format(options.rows));
  if (options.extra_float_digits) refuse_both("--rows binary", "--extra-float-digits");
}

bool section_of_statistics(const DumpOptions& options) {
  const Sections named = chosen_sections(options.sections, false, false);
  return named.data || named.post_data;
}

void check_left_out(const DumpOptions& options) {
  if (options.schema_only && options.no_schema) refuse_both("--schema-only", "--no-schema");
  if (options.data_only && options.no_data) refuse_both("--data-only", "--no-data");
}

void check_statistics(const DumpOptions& options) {
  for (const auto& [given, name] :
       {std::pair{options.schema_only, "--schema-only"}, {options.data_only, "--data-only"}}) {
    if (given && options.statistics) refuse_both(name, "--statistics");
    if (given && options.statistics_only) refuse_both(name, "--statistics-only");
  }
  if ((options.statistics || options.statistics_only) && !section_of_statistics(options)) {
    throw Error(Kind::usage, "optimizer statistics are asked for, but section pre-data holds none")
        .hint("Statistics of tables are data, those of indexes and materialized views post-data: choose these, too.");
  }
}

void check_triggers(const DumpOptions& options, const Sections& sections) {
  if (options.disable_triggers && (sections.schema() || !sections.data)) {
    throw Error(Kind::usage, "--disable-triggers is for scripts of rows alone")
        .hint("Say --data-only too, or leave it out: a whole script makes triggers after the rows.");
  }
  if (!options.superuser.empty() && !options.disable_triggers) {
    throw Error(Kind::usage, "--superuser says who disables triggers")
        .hint("Say --disable-triggers too, or leave it out.");
  }
}

void check_clean(const DumpOptions& options, const Sections& sections) {
  if (options.if_exists && !options.clean) {
    throw Error(Kind::usage, "--if-exists means nothing without --clean").hint("Say --clean too, or leave it out.");
  }
  if (options.clean && !sections.schema()) {
    throw Error(Kind::usage, "--clean and rows alone exclude each other: nothing would be made anew")
        .hint("Leave out --clean, or dump the schema too.");
  }
}

/// Options that select within a database.
bool selects(const DumpOptions& options) {
  for (const auto* patterns :
       {&options.tables, &options.exclude_tables, &options.schemas, &options.exclude_schemas,
        &options.exclude_table_data, &options.tables_and_children, &options.exclude_tables_and_children,
        &options.exclude_table_data_and_children, &options.extensions, &options.exclude_extensions, &options.sections,
        &options.include_foreign_data}) {
    if (!patterns->empty()) return true;
  }
  return options.no_owner || options.load_via_partition_root || options.enable_row_security ||
         options.extra_float_digits || options.no_toast_compression || options.no_unlogged_table_data ||
         options.create || options.clean || options.inserts || options.disable_triggers || !options.superuser.empty() ||
         options.large_objects.value_or(false) || options.data_only || options.schema_only || options.no_data ||
         options.no_schema || options.sequence_data || options.statistics || options.statistics_only;
}

/// Options of one database among them.
bool selects_one(const DumpOptions& options) {
  for (const auto* patterns : {&options.tables, &options.exclude_tables, &options.schemas, &options.exclude_schemas,
                               &options.exclude_table_data, &options.tables_and_children,
                               &options.exclude_tables_and_children, &options.exclude_table_data_and_children,
                               &options.extensions, &options.exclude_extensions, &options.include_foreign_data}) {
    if (!patterns->empty()) return true;
  }
  return !options.snapshot.empty() || options.clean || options.create;
}

void check_all_databases(const DumpOptions& options) {
  if (!options.exclude_databases.empty() && !options.all_databases) {
    throw Error(Kind::usage, "--exclude-database means nothing without --all-databases")
        .hint("Say --all-databases too, or leave it out.");
  }
  if (!options.all_databases) return;
  if (options.globals) refuse_both("--all-databases, which has them, ", "--globals");
  if (options.container == Container::zip) {
    throw Error(Kind::usage, "all databases go into a directory or a script, not into one zip file")
        .hint("Name a folder with -f.");
  }
  if (selects_one(options)) {
    throw Error(Kind::usage, "--all-databases excludes options that speak of one database")
        .hint("Leave out patterns, --snapshot, -c and -C, or dump databases one by one.");
  }
}

void check_globals(const DumpOptions& options) {
  if (options.globals && selects(options)) {
    throw Error(Kind::usage, "--globals holds nothing of a database: it excludes options that select there")
        .hint("Leave out patterns, sections, -a, -s, -b, -c, -C, -O and the like.");
  }
  if (!options.role_passwords) return;
  if (!options.globals && !options.all_databases) {
    throw Error(Kind::usage, "--role-passwords is for roles, which a database has not")
        .hint("Give --globals or --all-databases with it.");
  }
  if (options.container != Container::plain && options.recipients.empty()) {
    throw Error(Kind::usage, "passwords of roles go into an encrypted archive only")
        .hint("Give --encrypt, or leave out --role-passwords.");
  }
}

}  // namespace

bool wants_binary_rows(const DumpOptions& options) {
  return options.rows == rows::to_string(rows::Format::binary);
}

Sections dumped_sections(const DumpOptions& options) {
  Sections sections = chosen_sections(options.sections, options.schema_only, options.data_only);
  if (options.no_data || options.statistics_only) sections.data = false;
  if (options.no_schema || options.statistics_only) sections.pre_data = sections.post_data = false;
  const bool nothing = !sections.schema() && !sections.data;
  if (nothing && !options.statistics && !options.statistics_only && !options.sequence_data) {
    throw Error(Kind::usage, "nothing is left to be dumped")
        .hint("Leave out --no-data or --no-schema, or ask for --statistics.");
  }
  return sections;
}

Sections check_options(const DumpOptions& options) {
  check_audit(options);
  check_binary_rows(options);
  check_globals(options);
  check_all_databases(options);
  check_left_out(options);
  const Sections sections = dumped_sections(options);
  check_statistics(options);
  if (!sections.data && options.large_objects.value_or(false)) {
    throw Error(Kind::usage, "--large-objects is asked for, but no data")
        .hint("Large objects are data: leave out --large-objects, or what excludes them (--schema-only, --section).");
  }
  if (!sections.data && !options.include_foreign_data.empty()) {
    throw Error(Kind::usage, "--include-foreign-data is asked for, but no data")
        .hint("Leave it out, or what excludes data (--schema-only, --section).");
  }
  check_triggers(options, sections);
  check_clean(options, sections);
  if (!options.snapshot.empty() && options.serializable_deferrable) {
    throw Error(Kind::usage, "--snapshot and --serializable-deferrable exclude each other")
        .hint("The session that exported the snapshot decided how it sees the database.");
  }
  options.container == Container::plain ? check_for_plain(options) : check_for_archive(options);
  return sections;
}

}  // namespace pgcoffer::dumping
