#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/archive_target.hpp"
#include "cli/context.hpp"
#include "cli/options.hpp"
#include "cli/progress_display.hpp"
#include "cli/report.hpp"
#include "pgcoffer/convert.hpp"

namespace pgcoffer::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  pgcoffer convert shop.backup shop.zip
      a directory becomes a zip file; rows, compression and parts stay as they are
  pgcoffer convert shop.zip shop.json --rows json -Z none
      rows as JSON lines that people can read and edit
  pgcoffer convert shop.json mended.zip --rows sql --accept-edited
      after they were edited
  pgcoffer convert shop.zip sealed.zip --encrypt
      encrypted with the key in BACKUP_ENCRYPTION_KEY
  pgcoffer convert shop.zip - | psql copy
      as one script)";

struct Arguments {
  OpenArguments open;
  SealArguments seal;
  ConvertOptions options;
  std::string input, output, format, part_size, progress = "auto";
  bool json = false;
};

void show(const ConvertReport& report, const Arguments& arguments) {
  if (arguments.json) {
    print_json({{"archive_id", report.archive_id},
                {"path", arguments.output},
                {"tables", report.tables},
                {"rows", report.rows},
                {"parts", report.parts},
                {"encoded_bytes", report.encoded_bytes},
                {"stored_bytes", report.stored_bytes},
                {"seconds", report.seconds}},
               arguments.output == "-" ? stderr : stdout);
    return;
  }
  if (arguments.progress == "none" || arguments.progress == "json") return;
  print_line(stderr, fmt::format("pgcoffer: converted {} of {} to \"{}\": {} of row text, {} stored, {:.1f} s",
                                 counted(report.rows, "row"), counted(report.tables, "table"), arguments.output,
                                 human_bytes(report.encoded_bytes), human_bytes(report.stored_bytes), report.seconds));
}

void run(Arguments& arguments, Context& context) {
  ConvertOptions& options = arguments.options;
  options.input = arguments.input;
  options.output = arguments.output;
  options.container = container_of(arguments.format, arguments.output);
  if (options.compression.empty()) options.compression = compression_of(arguments.output);
  if (!arguments.part_size.empty()) options.part_size = parse_part_size(arguments.part_size);
  options.recipients = arguments.seal.resolve();
  std::unique_ptr<Progress> progress = make_progress(arguments.progress);
  const ConvertReport report = arguments.open.with_identities([&](seal::Identities identities) {
    options.identities = std::move(identities);
    return convert(options, *progress, context.stop);
  });
  progress.reset();  // a bar ends before anything else is printed
  if (arguments.output != "-") context.done = "only the report is missing, the archive is whole";
  show(report, arguments);
}

void declare_output(CLI::App& command, Arguments& arguments) {
  constexpr const char* group = "Output";
  ConvertOptions& options = arguments.options;
  command
      .add_option("--format", arguments.format, "directory, zip or plain; otherwise told from OUT (.zip; .sql and -)")
      ->group(group)
      ->type_name("FORMAT");
  command.add_option("--rows", options.rows, "Row format; otherwise as it is (binary becomes sql)")
      ->group(group)
      ->type_name("sql|json|csv");
  command.add_option("-Z,--compress", options.compression, "gzip[:0-12], zstd[:1-19] or none; otherwise as it is")
      ->group(group)
      ->type_name("METHOD");
  command.add_option("--part-size", arguments.part_size, "Cut the rows anew, into parts of about this size")
      ->group(group)
      ->type_name("SIZE");
  command.add_flag("--force", options.replace, "Replace an existing archive, once the new one is whole")->group(group);
  command
      .add_flag("--accept-edited", options.accept_edited,
                "Take parts that were edited by hand as they are, though their digests differ")
      ->group(group);
  command.add_option("-j,--jobs", options.jobs, "Threads; default: as many as cores, 8 at most")
      ->group(group)
      ->type_name("N")
      ->check(CLI::Range(1U, 256U));
  command.add_option("--progress", arguments.progress, "auto, plain, json or none")
      ->group(group)
      ->type_name("MODE")
      ->capture_default_str();
  command.add_flag("--json", arguments.json, "Print the report as JSON")->group(group);
}

}  // namespace

void add_convert(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("convert", "Write an archive anew: format, rows, compression, encryption");
  command.footer(kExamples);
  command.add_option("in", arguments->input, "Archive to read")->type_name("IN")->required();
  command.add_option("out", arguments->output, "Archive to write; \"-\" is standard output (plain)")
      ->type_name("OUT")
      ->required();
  declare_output(command, *arguments);
  arguments->seal.declare_new(command);
  command.add_flag("--decrypt", arguments->options.decrypt, "The new archive is not encrypted, though the old one is")
      ->group("Encryption");
  arguments->open.declare(command);
  command.callback([arguments, &context] { run(*arguments, context); });
}

}  // namespace pgcoffer::cli
