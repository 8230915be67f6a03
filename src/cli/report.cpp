#include "cli/report.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace pgcoffer::cli {

namespace {

/// Characters that move a terminal's cursor or turn the direction of writing: C0, DEL, C1 and the marks of Unicode's
/// bidirectional algorithm.
bool controls(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/// The character of a well-formed UTF-8 sequence.
char32_t decode(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return byte(0);
  char32_t c = byte(0) & (0x7FU >> sequence.size());
  for (std::size_t i = 1; i < sequence.size(); ++i) c = c << 6 | (byte(i) & 0x3FU);
  return c;
}

}  // namespace

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

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const std::string_view sequence = text.substr(0, length);
    if (!is_utf8(sequence)) {
      out += fmt::format("\\x{:02x}", lead);
      text.remove_prefix(1);
      continue;
    }
    const char32_t c = decode(sequence);
    if (!controls(c)) {
      out += sequence;
    } else {
      out += c < 0x80 ? fmt::format("\\x{:02x}", static_cast<unsigned>(c))
                      : fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    }
    text.remove_prefix(length);
  }
  return out;
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

void print_error(const Error& error) {
  const std::string state = error.sqlstate().empty() ? "" : fmt::format(" (SQLSTATE {})", error.sqlstate());
  print_line(stderr, fmt::format("pgcoffer: error: {}{}", error.message(), state));
  if (!error.hint().empty()) print_line(stderr, fmt::format("pgcoffer: hint: {}", error.hint()));
}

}  // namespace pgcoffer::cli
