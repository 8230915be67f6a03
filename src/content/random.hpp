#pragma once

#include <string_view>

#include "content/kind.hpp"

namespace pgcoffer::content {

/// Texts that are made of chance as a whole: UUIDs, long numbers in hexadecimal digits, and letters and digits mixed
/// as no word or name has them.
void find_random(std::string_view text, Kinds& found);

}  // namespace pgcoffer::content
