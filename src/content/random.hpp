#pragma once

#include <string_view>

#include "content/kind.hpp"

namespace pgcoffer::content {

/// UUIDs and long numbers in hexadecimal digits that are all of the text.
void find_random_number(std::string_view text, Kinds& found);

/// Letters and digits mixed as no word or name has them, and nothing else.
void find_random_text(std::string_view text, Kinds& found);

}  // namespace pgcoffer::content
