#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/context.hpp"
#include "pgcoffer/version.hpp"

namespace pgcoffer::cli {

namespace {

/// An empty value is what a script passes when its variable is not set: taken for "not given", it would dump without
/// encryption or policy, or restore everything.
void refuse_empty_values(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    if (option->get_items_expected_max() == 0) continue;
    option->check([](const std::string& value) { return std::string(value.empty() ? "its value is empty" : ""); });
  }
  for (CLI::App* inner : command.get_subcommands({})) refuse_empty_values(*inner);
}

/// As in pg_dump each -t takes one pattern: what follows is the archive, or an error. Not those that are declared to
/// take up to a certain number.
void take_one_value(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    const int most = option->get_expected_max();
    if (!option->get_positional() && (most <= 1 || most == CLI::detail::expected_max_vector_size))
      option->allow_extra_args(false);
  }
  for (CLI::App* inner : command.get_subcommands({})) take_one_value(*inner);
}

/// Lines that an 80-column terminal takes beside the options' names would be too short; a hundred is what it is made
/// for.
std::string wrapped(std::string_view text) {
  constexpr std::size_t width = 70;
  std::string out;
  std::size_t column = 0;
  for (const std::string& word : split(text, ' ')) {
    if (column > 0 && column + 1 + word.size() > width) {
      out += '\n';
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

void wrap_descriptions(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) option->description(wrapped(option->get_description()));
  for (CLI::App* inner : command.get_subcommands({})) wrap_descriptions(*inner);
}

/// In the form that all other errors have.
std::string failure(const CLI::App* app, const CLI::Error& error) {
  const std::vector<CLI::App*> commands = app->get_subcommands();
  const CLI::App& command = commands.empty() ? *app : *commands.front();
  const std::vector<std::string> words = command.remaining();
  if (commands.empty() && !words.empty())
    return fmt::format("pgcoffer: error: there is no command \"{}\"\npgcoffer: hint: `pgcoffer --help` lists them.\n",
                       words.front());
  std::string hint = "`pgcoffer COMMAND --help` tells a command's options.";
  // Other programs take a database's name without an option.
  if (!words.empty() && !words.front().starts_with('-') && command.get_option_no_throw("--dbname") != nullptr)
    hint = fmt::format("A database is named by -d: -d {}. {}", words.front(), hint);
  return fmt::format("pgcoffer: error: {}\npgcoffer: hint: {}\n", error.what(), hint);
}

}  // namespace

std::unique_ptr<CLI::App> make_app(Context& context) {
  auto app = std::make_unique<CLI::App>(
      "Dumps, seals, verifies and restores PostgreSQL databases over the native protocol.", "pgcoffer");
  // -h is the host, as in all PostgreSQL programs.
  app->set_help_flag("-?,--help", "Print this help");
  app->set_version_flag("-V,--version", "pgcoffer " + version(), "Print the version");
  app->require_subcommand(1);
  app->footer(
      "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 cannot connect or not permitted,\n"
      "4 the archive is damaged, 5 the policy refuses or audit found something, 6 compare found differences,\n"
      "130 interrupted.\n\n"
      "`pgcoffer COMMAND --help` tells each command's options, with examples.");
  app->failure_message(failure);
  add_dump(*app, context);
  add_restore(*app, context);
  add_convert(*app, context);
  add_verify(*app, context);
  add_compare(*app, context);
  add_inspect(*app, context);
  add_cat(*app, context);
  add_key(*app, context);
  add_policy(*app, context);
  add_audit(*app, context);
  add_doctor(*app, context);
  add_version(*app, context);
  add_documentation(*app, context);
  refuse_empty_values(*app);
  take_one_value(*app);
  wrap_descriptions(*app);
  return app;
}

}  // namespace pgcoffer::cli
