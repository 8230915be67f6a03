#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "archive/row_choice.hpp"
#include "audit/report_file.hpp"
#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/archive_target.hpp"
#include "cli/context.hpp"
#include "cli/dump_selection.hpp"
#include "cli/options.hpp"
#include "cli/progress_display.hpp"
#include "cli/report.hpp"
#include "cli/script_options.hpp"
#include "pgcoffer/dump.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  pgcoffer dump -d shop -f shop.backup
      everything of database "shop", in a directory
  pgcoffer dump -d postgresql://backup@db.example.com/shop -f shop.zip --encrypt --policy no-credentials
      without sessions, password hashes and tokens, encrypted with the key in BACKUP_ENCRYPTION_KEY
  pgcoffer dump -d shop -f - | psql copy
      a plain script to standard output
  pgcoffer dump --globals -f globals.zip
      roles and tablespaces of the server
  pgcoffer dump --all-databases -f server.backup
      the whole server: roles, tablespaces and each database
  pgcoffer dump -d shop -f orders -t 'sales.order*' --rows json -j 4
      some tables, rows as JSON lines, over four connections)";

struct Arguments {
  ConnectionArguments connection;
  AuditOptions audit;
  bool audited = false;
  SealArguments seal;
  DumpOptions options;
  std::string pseudonym_key_file;
  std::string path, format, part_size, lock_wait, progress = "auto";
  bool json = false;
};

nlohmann::ordered_json to_json(const std::vector<SomeRows>& tables) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const SomeRows& table : tables) {
    list.push_back({{"table", table.table}, {"rows", table.rows}});
    if (table.of) list.back()["of_rows"] = *table.of;
    if (table.estimated) list.back()["of_rows_estimated"] = true;
  }
  return list;
}

void print_some_rows(const std::vector<SomeRows>& tables) {
  constexpr std::size_t most = 20;
  if (!tables.empty()) print_line(stderr, "The policy took some of the rows of:");
  for (std::size_t i = 0; i < tables.size() && i < most; ++i)
    print_line(stderr, fmt::format("  - {}: {}", tables[i].table,
                                   archive::rows_kept(tables[i].rows, tables[i].of, tables[i].estimated)));
  if (tables.size() > most)
    print_line(stderr,
               fmt::format("  - and {} more, which `pgcoffer inspect` shows", counted(tables.size() - most, "table")));
}

void show(const DumpReport& report, const Arguments& arguments) {
  if (arguments.json) {
    nlohmann::ordered_json object = {{"archive_id", report.archive_id},
                                     {"path", arguments.path},
                                     {"tables", report.tables},
                                     {"rows", report.rows},
                                     {"objects", report.objects},
                                     {"parts", report.parts},
                                     {"encoded_bytes", report.encoded_bytes},
                                     {"stored_bytes", report.stored_bytes},
                                     {"seconds", report.elapsed.count()},
                                     {"warnings", report.warnings},
                                     {"some_rows", to_json(report.some_rows)},
                                     {"after_restore", report.after_restore}};
    // With the archive itself on standard output the report must not mix with it.
    print_json(object, arguments.path == "-" ? stderr : stdout);
    return;
  }
  if (arguments.progress == "none") return print_actions(report.after_restore);
  if (arguments.progress == "json") return;
  if (arguments.options.globals) {
    print_line(stderr,
               fmt::format("pgcoffer: dumped {} definitions of roles, memberships, parameters and tablespaces to "
                           "\"{}\", {:.1f} s",
                           human_count(report.objects), arguments.path, report.elapsed.count()));
    return;
  }
  print_line(stderr, fmt::format("pgcoffer: dumped {} and {} of {} to \"{}\": {} of row text, {} stored, {:.1f} s",
                                 counted(report.objects, "object"), counted(report.rows, "row"),
                                 counted(report.tables, "table"), arguments.path, human_bytes(report.encoded_bytes),
                                 human_bytes(report.stored_bytes), report.elapsed.count()));
  if (arguments.options.audit)
    print_line(stderr, fmt::format("pgcoffer: the audit passed; its report is in {}",
                                   audit::quoted_names(arguments.options.audit->reports)));
  print_some_rows(report.some_rows);
  print_actions(report.after_restore);
}

/// The name of a file that belongs to an archive.
std::filesystem::path beside(std::filesystem::path archive, const char* end) {
  if (!archive.has_filename()) archive = archive.parent_path();  // a slash at its end
  archive += end;
  return archive;
}

void declare_audit(CLI::App& command, Arguments& arguments) {
  constexpr const char* group = "Audit";
  CLI::Option* audit =
      command
          .add_flag(
              "--audit", arguments.audited,
              "Look at every value on its way, as `pgcoffer audit` does; on a finding no archive is made (exit 5)")
          ->group(group);
  command
      .add_option("--audit-report", arguments.audit.reports,
                  "File for the report: .json, .md or .html (repeatable); default: PATH.audit.json")
      ->group(group)
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->needs(audit);
  command
      .add_option("--audit-accept", arguments.audit.accept,
                  "A finding that is none: schema.table.column, or schema.table.column:kind (repeatable)")
      ->group(group)
      ->type_name("OBJECT")
      ->allow_extra_args(false)
      ->needs(audit);
  command.add_flag("--audit-personal-data", arguments.audit.personal_data, "Personal data is a finding")
      ->group(group)
      ->needs(audit);
}

void run(Arguments& arguments, Context& context) {
  DumpOptions& options = arguments.options;
  options.path = arguments.path;
  options.container = container_of(arguments.format, arguments.path);
  if (options.compression.empty()) options.compression = compression_of(arguments.path);
  if (!arguments.part_size.empty()) options.part_size = parse_part_size(arguments.part_size);
  options.lock_wait_timeout = lock_wait_timeout(arguments.lock_wait);
  options.connection = arguments.connection.resolve();
  options.recipients = arguments.seal.resolve();
  options.pseudonym_key = pseudonym_key(arguments.pseudonym_key_file);
  if (arguments.audited) {
    options.audit = arguments.audit;
    if (options.audit->reports.empty()) options.audit->reports = {beside(arguments.path, ".audit.json")};
  }
  std::unique_ptr<Progress> progress = make_progress(arguments.progress);
  if (options.recipients.empty() && std::getenv("BACKUP_ENCRYPTION_KEY") != nullptr &&
      options.container != Container::plain) {
    progress->warning("BACKUP_ENCRYPTION_KEY is set, but the archive is not encrypted: that needs --encrypt");
  }
  if (options.create && options.container != Container::plain) {
    progress->warning("--create is for scripts: an archive always holds the database's properties (restore --create)");
  }
  const DumpReport report = dump(options, *progress, context.stop);
  progress.reset();  // a bar ends before anything else is printed
  if (arguments.path != "-") context.done = "only the report is missing, the archive is whole";
  show(report, arguments);
}

void declare_output(CLI::App& command, Arguments& arguments) {
  constexpr const char* group = "Output";
  command.add_option("-f,--file", arguments.path, "Archive to write; \"-\" is standard output (plain)")
      ->group(group)
      ->type_name("PATH")
      ->required();
  command
      .add_option("-F,--format", arguments.format,
                  "directory, zip or plain; otherwise told from PATH (.zip; .sql and -)")
      ->group(group)
      ->type_name("FORMAT");
  command
      .add_option(
          "--rows", arguments.options.rows,
          "Row format: sql (COPY blocks), json (an object a line), csv (with a header) or binary (COPY's own binary "
          "files, where all types of a table allow it; others as sql)")
      ->group(group)
      ->type_name("sql|json|csv|binary")
      ->capture_default_str();
  command
      .add_option(
          "-Z,--compress", arguments.options.compression,
          "gzip[:0-12], zstd[:1-19] or none; a level alone is gzip's; default zstd:3, in zip gzip:6, plain none")
      ->group(group)
      ->type_name("METHOD");
  command
      .add_option("--part-size", arguments.part_size,
                  "Row text in one part, about; default 4MB, above 1 GB of rows up to 16MB")
      ->group(group)
      ->type_name("SIZE");
  command.add_flag("--force", arguments.options.replace, "Replace an existing archive, once the new one is whole")
      ->group(group);
  command
      .add_flag("--no-sync{false}", arguments.options.sync,
                "Be done before all of it is on the disk: for tests, not for backups")
      ->group(group);
  command
      .add_option("-j,--jobs", arguments.options.jobs,
                  "Connections that read rows; default: as many as cores, 8 at most")
      ->group(group)
      ->type_name("N")
      ->check(CLI::Range(1U, 256U));
  command
      .add_option("--lock-wait-timeout", arguments.lock_wait,
                  "Give up when a table's lock is not to be had in this time")
      ->group(group)
      ->type_name("TIME");
  declare_progress(command, arguments.progress, group);
  command.add_flag("--json", arguments.json, "Print the report as JSON")->group(group);
}

}  // namespace

void add_dump(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("dump", "Dump a database into an archive or a script");
  command.footer(kExamples);
  declare_output(command, *arguments);
  declare_selection(command, arguments->options);
  command
      .add_option("--pseudonym-key-file", arguments->pseudonym_key_file,
                  "Key for the policy's pseudonyms (64 hex digits); otherwise PGCOFFER_PSEUDONYM_KEY")
      ->group("What to dump")
      ->type_name("FILE");
  declare_audit(command, *arguments);
  declare_script(command, arguments->options);
  arguments->seal.declare(command);
  arguments->connection.declare(command);
  command.callback([arguments, &context] { run(*arguments, context); });
}

}  // namespace pgcoffer::cli
