#pragma once

#include <algorithm>
#include <string>

namespace pgcoffer {

/// Capitals of ASCII in lower case, and no others: as the server folds names in any locale, and some file systems
/// theirs.
[[nodiscard]] inline std::string lower_ascii(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace pgcoffer
