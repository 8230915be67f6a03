#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace pgcoffer::compress {

/// A piece of a part that is large enough to try on it how the whole is best compressed; empty where trying would cost
/// more than it saves.
inline std::string_view sample_of(std::string_view part) {
  constexpr std::size_t smallest = std::size_t{64} << 10U, largest = std::size_t{128} << 10U, share = 64;
  const std::size_t size = std::clamp(part.size() / share, smallest, largest);
  return part.size() < 16 * smallest ? std::string_view() : part.substr((part.size() - size) / 2, size);
}

}  // namespace pgcoffer::compress
