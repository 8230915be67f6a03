#include "cli/report.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <nlohmann/json.hpp>

namespace pgcoffer::cli {

void print_line(std::FILE* file, std::string_view line) {
  const std::string text = fmt::format("{}\n", line);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (!written && file == stdout && errno == EPIPE) throw ReaderGone();
  // Nobody can be told when standard error is gone.
  if (!written && file == stdout) {
    throw Error(Kind::failed, "cannot write to standard output")
        .hint("Did the reading program end early, or is the disk full?");
  }
}

std::string on_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

void print_json(const nlohmann::ordered_json& object, std::FILE* file) {
  // Names from a database without an encoding may not be UTF-8: a replacement character is better than no report.
  print_line(file, object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void print_actions(const std::vector<std::string>& actions) {
  if (actions.empty()) return;
  print_line(stderr, "After a restore:");
  for (const std::string& action : actions) print_line(stderr, fmt::format("  - {}", action));
}

void print_error(const Error& error) {
  const std::string state = error.sqlstate().empty() ? "" : fmt::format(" (SQLSTATE {})", error.sqlstate());
  print_line(stderr, fmt::format("pgcoffer: error: {}{}", error.message(), state));
  if (!error.hint().empty()) print_line(stderr, fmt::format("pgcoffer: hint: {}", error.hint()));
}

}  // namespace pgcoffer::cli
