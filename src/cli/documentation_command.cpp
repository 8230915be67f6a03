#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/context.hpp"
#include "cli/report.hpp"
#include "pgcoffer/version.hpp"

namespace pgcoffer::cli {
namespace {

/// Text for troff: backslashes, and dots and quotes that begin a line, mean something there.
std::string troff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else {
      if (line_start && (c == '.' || c == '\'')) out += "\\&";
      if (c == '-') out += '\\';
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

std::string option_line(const CLI::Option& option) {
  std::string line = ".TP\n.B " + troff(option.get_name(false, true));
  if (option.get_items_expected_max() > 0) line += " \\fI" + troff(option.get_type_name()) + "\\fR";
  return line + "\n" + troff(option.get_description()) + "\n";
}

void man_command(const CLI::App& command, const std::string& path, std::string& out) {
  out += fmt::format(".SS {}\n{}.\n", troff(path), troff(command.get_description()));
  for (const CLI::Option* option : command.get_options()) out += option_line(*option);
  if (!command.get_footer().empty()) out += fmt::format(".PP\n.nf\n{}\n.fi\n", troff(command.get_footer()));
  for (const CLI::App* inner : command.get_subcommands({})) man_command(*inner, path + " " + inner->get_name(), out);
}

std::string man_page(const CLI::App& app) {
  std::string out =
      fmt::format(".TH PGCOFFER 1 \"\" \"pgcoffer {}\"\n.SH NAME\npgcoffer \\- {}\n.SH SYNOPSIS\n.B pgcoffer\n",
                  version(), troff(app.get_description()));
  out += ".I COMMAND\n[options]\n.SH COMMANDS\n";
  for (const CLI::App* command : app.get_subcommands({})) man_command(*command, command->get_name(), out);
  out += fmt::format(".SH EXIT STATUS\n{}\n", troff(app.get_footer()));
  out +=
      ".SH ENVIRONMENT\n.TP\n.B BACKUP_ENCRYPTION_KEY\n64 hex digits: the key to encrypt to with \\-\\-encrypt, and to "
      "open archives with.\n"
      ".TP\n.B DATABASE_URL\nWhere to connect when no option and none of PGHOST, PGDATABASE, PGSERVICE says so.\n"
      ".TP\n.B PGHOST, PGPORT, PGUSER, PGPASSFILE, …\nAs for every libpq program.\n";
  return out;
}

std::vector<std::string> option_words(const CLI::App& command) {
  std::vector<std::string> words;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    for (const std::string& name : option->get_snames()) words.push_back("-" + name);
  }
  for (const CLI::App* inner : command.get_subcommands({})) words.push_back(inner->get_name());
  return words;
}

/// After these options, only their values.
constexpr std::string_view kValues = R"(  case "${COMP_WORDS[COMP_CWORD-1]}" in
    --format) words="directory zip plain" ;;
    --rows) words="sql json csv binary" ;;
    --progress) words="auto plain json none" ;;
    --section) words="pre-data data post-data" ;;
    --mode) words="create append truncate replace upsert insert-missing sync" ;;
    --policy) words="full no-credentials no-personal-data schema-only" ;;
    -Z|--compress) words="zstd gzip none" ;;
  esac
)";

std::string bash_completion(const CLI::App& app) {
  std::string out =
      "# bash completion for pgcoffer, made by `pgcoffer documentation bash`\n_pgcoffer() {\n  local words\n";
  out += "  case \"${COMP_WORDS[1]}\" in\n";
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.push_back(command->get_name());
    out += fmt::format("    {}) words=\"{}\" ;;\n", command->get_name(), fmt::join(option_words(*command), " "));
  }
  out += fmt::format(
      "    *) words=\"{}\" ;;\n  esac\n{}  if [[ $COMP_CWORD -eq 1 ]]; then words=\"{}\"; fi\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n}}\n"
      "complete -o default -F _pgcoffer pgcoffer\n",
      fmt::join(commands, " "), kValues, fmt::join(commands, " "));
  return out;
}

}  // namespace

void add_documentation(CLI::App& app, Context& /*context*/) {
  CLI::App& command = *app.add_subcommand("documentation", "Print the man page or the shell's completion");
  command.require_subcommand(1);
  command.footer("Example:\n  source <(pgcoffer documentation bash)");
  command.add_subcommand("man", "The man page, for man(1)")->callback([&app] { print_text(stdout, man_page(app)); });
  command.add_subcommand("bash", "Completion for bash")->callback([&app] { print_text(stdout, bash_completion(app)); });
}

}  // namespace pgcoffer::cli
