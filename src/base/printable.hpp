#pragma once

#include <string>
#include <string_view>

namespace pgcoffer {

/// What would move a terminal's cursor or turn the direction of writing as \xNN or \uNNNN, and bytes that are not UTF-8
/// as \xNN: names come from databases and archives of anybody.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace pgcoffer
