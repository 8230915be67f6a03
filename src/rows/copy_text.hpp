#pragma once

#include <string>
#include <string_view>

#include "rows/buffer.hpp"
#include "rows/scan.hpp"

/// COPY text format (PostgreSQL documentation, COPY, "Text Format"): fields apart by tabs, rows by newlines, NULL as
/// \N, and backslash, newline, carriage return, tab, backspace, form feed and vertical tab escaped with a backslash.
namespace pgcoffer::rows::copy_text {

/// Of bytes that read as field ends: a text that ends in such bytes needs no other bound.
[[nodiscard]] inline bool ends_field(char c) noexcept {
  return c == '\t' || c == '\n';
}

/// At the first byte of a field: is it NULL?
[[nodiscard]] inline bool is_null(const char* field) noexcept {
  return field[0] == '\\' && field[1] == 'N' && ends_field(field[2]);
}

/// Reads an escape. `at` stands after the backslash and is moved behind the escape; octal (\1 to \377) and hexadecimal
/// (\x41) escapes, which the server reads but never writes, are understood too. Never moves beyond a field end.
[[nodiscard]] char read_escape(const char*& at) noexcept;

/// Appends the value of a field and moves `at` to the tab or newline that ends it. At least scan::Step bytes behind
/// that end must be readable.
inline void read_field(const char*& at, Buffer& out) {
  for (;;) {
    out.room();
    const std::uint32_t special = scan::control_or<'\\'>(at);
    scan::copy_step(out.at, at);
    const std::size_t plain = special == 0 ? scan::Step : scan::first(special);
    at += plain;
    out.at += plain;
    if (special == 0) continue;
    if (ends_field(*at)) return;
    const char c = *at++;
    out.put(c == '\\' ? read_escape(at) : c);
  }
}

/// Appends one byte of a value, escaped where COPY wants it.
inline void put_byte(char c, Buffer& out) noexcept {
  switch (c) {
    case '\b':
      return out.put("\\b");
    case '\f':
      return out.put("\\f");
    case '\n':
      return out.put("\\n");
    case '\r':
      return out.put("\\r");
    case '\t':
      return out.put("\\t");
    case '\v':
      return out.put("\\v");
    case '\\':
      return out.put("\\\\");
    default:
      return out.put(c);
  }
}

/// Appends a value of any bytes as a field's text.
void append_field(std::string_view value, Buffer& out);

}  // namespace pgcoffer::rows::copy_text
