#pragma once

#include <cstddef>
#include <string_view>

#include "rows/buffer.hpp"
#include "rows/format.hpp"

/// PostgreSQL's array literals (PostgreSQL documentation, "Array Input and Output Syntax") with commas between
/// elements.
namespace pgcoffer::rows::array_text {

/// Dimensions an array can have on any supported server.
inline constexpr std::size_t MostDimensions = 6;

/// What array literals take for space.
[[nodiscard]] inline bool is_space(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// NULL in any case of letters: what is no NULL stands in quotes.
[[nodiscard]] inline bool is_null_word(std::string_view text) noexcept {
  return text.size() == 4 && (text[0] | 0x20) == 'n' && (text[1] | 0x20) == 'u' && (text[2] | 0x20) == 'l' &&
         (text[3] | 0x20) == 'l';
}

/// Bytes that cannot stand in an element without quotes.
[[nodiscard]] inline bool needs_quotes(char c) noexcept {
  return c == '"' || c == '\\' || c == '{' || c == '}' || c == ',' || is_space(c);
}

/// Appends the array as JSON; `kind` is one of the array kinds. False, and nothing appended, when the literal has
/// explicit bounds or is not written as the server writes arrays: it then has to be kept as a string.
[[nodiscard]] bool to_json(std::string_view literal, JsonKind kind, Buffer& out);

/// Appends the literal of a JSON array that is known to be well-formed JSON. False when an element is neither null, a
/// string, nor a scalar that the kind allows, or when arrays are nested too deep.
[[nodiscard]] bool from_json(std::string_view json, JsonKind kind, Buffer& out);

}  // namespace pgcoffer::rows::array_text
