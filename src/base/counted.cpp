#include "base/counted.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace pgcoffer {

std::string counted(std::uint64_t count, std::string_view noun, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", noun);
  return plural.empty() ? fmt::format("{} {}s", human_count(count), noun)
                        : fmt::format("{} {}", human_count(count), plural);
}

}  // namespace pgcoffer
