#pragma once

#include <string_view>

#include "content/kind.hpp"

namespace pgcoffer::content {

/// Credentials that have a shape of their own, wherever in the text they stand.
void find_tokens(std::string_view text, Kinds& found);

}  // namespace pgcoffer::content
