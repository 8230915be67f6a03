#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgcoffer::content {

/// The text that is written in base64; nothing where it is none, or not one of printable ASCII and line ends.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace pgcoffer::content
