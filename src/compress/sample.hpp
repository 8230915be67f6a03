#pragma once

#include <cstddef>
#include <string_view>

namespace pgcoffer::compress {

/// A piece of a part that is large enough to try on it how the whole is best compressed; empty where trying would cost
/// more than it saves.
inline std::string_view sample_of(std::string_view part) {
  constexpr std::size_t size = std::size_t{128} << 10U;
  return part.size() < 8 * size ? std::string_view() : part.substr((part.size() - size) / 2, size);
}

}  // namespace pgcoffer::compress
