#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "archive/reader.hpp"
#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/context.hpp"
#include "cli/options.hpp"
#include "cli/progress_display.hpp"
#include "cli/report.hpp"
#include "convert/open_any.hpp"

namespace pgcoffer::cli {
namespace {

struct Arguments {
  OpenArguments open;
  std::string path, progress = "auto";
  unsigned jobs = 0;
  bool json = false;
};

nlohmann::ordered_json to_json(const std::vector<archive::Finding>& findings) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const archive::Finding& finding : findings)
    list.push_back({{"file", finding.file}, {"problem", finding.problem}});
  return list;
}

void show(const archive::Verification& result, const Arguments& arguments) {
  if (arguments.json) {
    print_json({{"whole", result.findings.empty()},
                {"parts", result.parts},
                {"intact", result.intact},
                {"rows", result.rows},
                {"bytes", result.bytes},
                {"findings", to_json(result.findings)},
                {"notes", to_json(result.notes)}},
               stdout);
    return;
  }
  for (const archive::Finding& finding : result.findings)
    print_line(stdout, fmt::format("{}: {}", finding.file, finding.problem));
  for (const archive::Finding& note : result.notes)
    print_line(stdout, fmt::format("note: {}: {}, and is ignored", note.file, note.problem));
  print_line(stdout,
             result.findings.empty()
                 ? fmt::format("{}: whole: {}, {}, {} of row text", arguments.path, counted(result.parts, "part"),
                               counted(result.rows, "row"), human_bytes(result.bytes))
                 : fmt::format("{}: damaged: {} of {} intact, {}", arguments.path, human_count(result.intact),
                               counted(result.parts, "part"), counted(result.findings.size(), "finding")));
}

void run(const Arguments& arguments, Context& context) {
  const unsigned jobs = arguments.jobs != 0 ? arguments.jobs : std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
  std::unique_ptr<Progress> progress = make_progress(arguments.progress);
  const archive::Verification result = arguments.open.with_identities([&](const seal::Identities& identities) {
    const auto reader = converting::open_any(arguments.path, identities);
    archive::Verification whole = archive::verify(*reader, jobs, context.stop, progress.get());
    whole.add(
        archive::verify_databases(arguments.path, reader->manifest(), identities, jobs, context.stop, progress.get()));
    return whole;
  });
  progress.reset();  // a bar ends before anything else is printed
  show(result, arguments);
  if (!result.findings.empty()) context.exit_code = kDamaged;
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command =
      *app.add_subcommand("verify", "Open everything in an archive: digests, tags, decompression, row counts");
  command.footer(
      "Exit code 4 when anything is wrong. Files that do not belong to the archive are named, and do no harm.\n\n"
      "Example:\n  pgcoffer verify shop.zip --json");
  command.add_option("archive", arguments->path, "Archive: directory or zip file, or one of pg_dump's")
      ->type_name("PATH")
      ->required();
  command.add_flag("--json", arguments->json, "Print the result as JSON");
  command.add_option("--progress", arguments->progress, "auto, plain, json or none")
      ->type_name("MODE")
      ->capture_default_str();
  command.add_option("-j,--jobs", arguments->jobs, "Threads; default: as many as cores, 8 at most")
      ->type_name("N")
      ->check(CLI::Range(1U, 256U));
  arguments->open.declare(command);
  command.callback([arguments, &context] { run(*arguments, context); });
}

}  // namespace pgcoffer::cli
