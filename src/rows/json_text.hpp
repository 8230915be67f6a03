#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "rows/buffer.hpp"

/// JSON as RFC 8259 has it, looked at without being turned into values.
namespace pgcoffer::rows::json_text {

[[nodiscard]] inline bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

[[nodiscard]] inline const char* after_digits(const char* at, const char* end) noexcept {
  while (at != end && is_digit(*at)) ++at;
  return at;
}

/// Behind the JSON number that starts at `at`; nullptr when none does.
[[nodiscard]] inline const char* after_number(const char* at, const char* end) noexcept {
  if (at != end && *at == '-') ++at;
  const char* const first = at;
  at = after_digits(at, end);
  if (at == first || (*first == '0' && at - first > 1)) return nullptr;
  if (at != end && *at == '.') {
    const char* const fraction = at + 1;
    at = after_digits(fraction, end);
    if (at == fraction) return nullptr;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    const char* const exponent = at;
    at = after_digits(exponent, end);
    if (at == exponent) return nullptr;
  }
  return at;
}

[[nodiscard]] bool is_number(std::string_view text) noexcept;

/// What a well-formed JSON text is like.
struct Facts {
  std::size_t depth = 0;        ///< of nested arrays and objects: 0 for a scalar, 1 for []
  bool line_space = false;      ///< white space other than blanks stands between its tokens
  bool lone_surrogate = false;  ///< a \u escape is half of a UTF-16 pair
};

/// Nothing when the text is not JSON. White space may stand around it. UTF-8 is not checked.
[[nodiscard]] std::optional<Facts> inspect(std::string_view text);

/// The first byte that is not JSON white space.
[[nodiscard]] const char* skip_space(const char* at, const char* end) noexcept;
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// Behind the closing quote of the string whose opening quote `at` points to. The string is known to be well-formed.
[[nodiscard]] const char* after_string(const char* at) noexcept;

/// Appends one byte of a string, escaped where JSON wants it.
void put_byte(char c, Buffer& out) noexcept;
/// Appends the text as a JSON string with its quotes.
void append_string(std::string_view text, Buffer& out);

/// Reads an escape of a well-formed string: `at` stands after the backslash and is moved behind it. Returns how many
/// bytes it wrote to `utf8`; 0 when the escape is malformed, a lone surrogate or U+0000.
[[nodiscard]] std::size_t read_escape(const char*& at, const char* end, char (&utf8)[4]) noexcept;

/// Appends the value of the string whose content (without quotes) is given. False where read_escape gives 0, and for an
/// unescaped quote.
[[nodiscard]] bool read_string(std::string_view content, Buffer& out);

}  // namespace pgcoffer::rows::json_text
