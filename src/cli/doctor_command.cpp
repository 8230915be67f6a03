#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/archive_target.hpp"
#include "cli/context.hpp"
#include "cli/options.hpp"
#include "cli/report.hpp"
#include "pgcoffer/doctor.hpp"

namespace pgcoffer::cli {
namespace {

struct Arguments {
  ConnectionArguments connection;
  DumpOptions options;
  std::string path;
  bool json = false;
};

std::string_view word(Examination::Result result) {
  switch (result) {
    case Examination::Result::good:
      return "ok";
    case Examination::Result::warning:
      return "warning";
    case Examination::Result::bad:
      break;
  }
  return "failed";
}

void run(Arguments& arguments, Context& context) {
  arguments.options.connection = arguments.connection.resolve();
  arguments.options.path = arguments.path;
  if (!arguments.path.empty()) arguments.options.container = container_of("", arguments.path);
  const std::vector<Examination> findings = examine(arguments.options);
  const bool good =
      std::ranges::none_of(findings, [](const Examination& f) { return f.result == Examination::Result::bad; });
  if (arguments.json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Examination& f : findings) {
      list.push_back({{"result", word(f.result)}, {"subject", f.subject}, {"finding", f.finding}, {"mend", f.mend}});
    }
    print_json({{"ready", good}, {"findings", list}}, stdout);
  } else {
    for (const Examination& f : findings) {
      print_line(stdout, fmt::format("{:<8} {:<11} {}", word(f.result), f.subject, f.finding));
      if (!f.mend.empty()) print_line(stdout, fmt::format("{:<8} {:<11} -> {}", "", "", f.mend));
    }
    print_line(stdout, good ? "The dump can be done." : "The dump would fail.");
  }
  if (!good) context.exit_code = kFailed;
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command =
      *app.add_subcommand("doctor", "Look whether a dump can be done: role, server, objects, policy, space");
  command.footer(
      "Exit code 1 when something would make the dump fail.\n\nExample:\n  pgcoffer doctor -d shop --policy "
      "no-credentials -f /backup/shop.zip");
  command.add_option("--policy", arguments->options.policy, "Built-in policy or policy file to look at")
      ->type_name("FILE|NAME");
  command
      .add_option("-f,--file", arguments->path, "Where the archive would go: looks at the place and the space there")
      ->type_name("PATH");
  command.add_flag("--force", arguments->options.replace, "An existing archive there would be replaced");
  command.add_option("-j,--jobs", arguments->options.jobs, "Connections that would read rows")
      ->type_name("N")
      ->check(CLI::Range(1U, 256U));
  command.add_flag("--json", arguments->json, "Print the findings as JSON");
  arguments->connection.declare(command);
  command.callback([arguments, &context] { run(*arguments, context); });
}

}  // namespace pgcoffer::cli
