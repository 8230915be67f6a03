#include "cli/report.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace pgcoffer::cli {

void print_text(std::FILE* file, std::string_view text) {
  const std::string whole = fmt::format("{}\n", text);
  const bool written = std::fwrite(whole.data(), 1, whole.size(), file) == whole.size();
  if (!written && file == stdout && errno == EPIPE) throw ReaderGone();
  // Nobody can be told when standard error is gone.
  if (!written && file == stdout) {
    throw Error(Kind::failed, "cannot write to standard output")
        .hint("Did the reading program end early, or is the disk full?");
  }
}

void print_line(std::FILE* file, std::string_view line) {
  print_text(file, printable(line));
}

void print_json(const nlohmann::ordered_json& object, std::FILE* file) {
  // Names from a database without an encoding may not be UTF-8: a replacement character is better than no report.
  print_text(file, object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void print_actions(const std::vector<std::string>& actions) {
  if (actions.empty()) return;
  print_line(stderr, "After a restore:");
  for (const std::string& action : actions) print_line(stderr, fmt::format("  - {}", action));
}

namespace {

/// Lines of our own lists stay lines; whatever else breaks a line cannot look like one of the program's.
void print_lines(const std::string& text) {
  std::string lines;
  for (const std::string& line : split(text, '\n'))
    lines += (lines.empty() ? "" : line.starts_with("  ") ? "\n" : "\n  ") + printable(line);
  print_text(stderr, lines);
}

}  // namespace

void print_error(const Error& error) {
  const std::string state = error.sqlstate().empty() ? "" : fmt::format(" (SQLSTATE {})", error.sqlstate());
  print_lines(fmt::format("pgcoffer: error: {}{}", error.message(), state));
  if (!error.hint().empty()) print_lines(fmt::format("pgcoffer: hint: {}", error.hint()));
}

}  // namespace pgcoffer::cli
