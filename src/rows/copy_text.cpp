#include "rows/copy_text.hpp"

namespace pgcoffer::rows::copy_text {
namespace {

[[nodiscard]] int digit(char c, int base) noexcept {
  int value = base;
  if (c >= '0' && c <= '9') value = c - '0';
  if (c >= 'a' && c <= 'f') value = c - 'a' + 10;
  if (c >= 'A' && c <= 'F') value = c - 'A' + 10;
  return value < base ? value : -1;
}

/// Up to `most` digits; the value wraps at a byte, as it does in the server.
[[nodiscard]] char read_code(const char*& at, int base, int most) noexcept {
  int code = 0;
  for (int count = 0; count < most; ++count) {
    const int next = digit(*at, base);
    if (next < 0) break;
    code = code * base + next;
    ++at;
  }
  return static_cast<char>(code & 0xff);
}

}  // namespace

char read_escape(const char*& at) noexcept {
  if (ends_field(*at)) return '\\';
  if (digit(*at, 8) >= 0) return read_code(at, 8, 3);
  const char c = *at++;
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case 'x':
      return digit(*at, 16) >= 0 ? read_code(at, 16, 2) : 'x';
    default:
      return c;
  }
}

void append_field(std::string_view value, Buffer& out) {
  for (const char c : value) {
    out.room();
    put_byte(c, out);
  }
}

}  // namespace pgcoffer::rows::copy_text
