#pragma once

#include <cstddef>
#include <string_view>

/// Classes of ASCII characters; no other byte is in any.
namespace pgcoffer::content {

[[nodiscard]] inline bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
[[nodiscard]] inline bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
[[nodiscard]] inline bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}
[[nodiscard]] inline bool is_letter(char c) noexcept {
  return is_upper(c) || is_lower(c);
}
[[nodiscard]] inline bool is_alnum(char c) noexcept {
  return is_letter(c) || is_digit(c);
}
[[nodiscard]] inline bool is_hex(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// How many characters at the text's start are letters, digits or in `others`.
[[nodiscard]] inline std::size_t run(std::string_view text, std::string_view others) noexcept {
  std::size_t length = 0;
  while (length < text.size() && (is_alnum(text[length]) || others.find(text[length]) != std::string_view::npos))
    ++length;
  return length;
}

}  // namespace pgcoffer::content
