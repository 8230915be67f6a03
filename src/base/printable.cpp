#include "base/printable.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace pgcoffer {
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

}  // namespace pgcoffer
