#pragma once

#include <optional>
#include <string_view>

#include "rows/buffer.hpp"

/// Values of type json and jsonb within JSON rows: embedded as they are, or wrapped as {"$json":"their text"}.
namespace pgcoffer::rows::json_value {

/// Containers nested deeper than this are wrapped: common parsers stop at 64 levels, and the row is one of them.
inline constexpr std::size_t MostDepth = 60;

/// True when the text, embedded in a row, is read back byte for byte by any JSON parser that keeps values' text, and is
/// read at all by strict ones.
[[nodiscard]] bool can_be_embedded(std::string_view text);

void append_wrapped(std::string_view text, Buffer& out);

/// The content (between the quotes, still with JSON's escapes) of a wrapper's string; nothing when the value, which is
/// known to be well-formed JSON, is no wrapper.
[[nodiscard]] std::optional<std::string_view> wrapped_content(std::string_view value);

}  // namespace pgcoffer::rows::json_value
