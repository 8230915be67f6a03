#include "content/base64.hpp"

#include "content/characters.hpp"

namespace pgcoffer::content {
namespace {

/// -1 for what is no digit.
int digit(char c) {
  if (is_upper(c)) return c - 'A';
  if (is_lower(c)) return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  std::size_t pads = 0;
  while (text.ends_with('=') && pads < 2) {
    text.remove_suffix(1);
    ++pads;
  }
  if (text.empty()) return std::nullopt;
  std::string out;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;  // the server cuts lines
    const int value = digit(c);
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<unsigned>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const unsigned byte = bits >> static_cast<unsigned>(held) & 0xFFU;
    if ((byte < ' ' && byte != '\n' && byte != '\r' && byte != '\t') || byte > '~') return std::nullopt;
    out += static_cast<char>(byte);
  }
  return out;
}

}  // namespace pgcoffer::content
