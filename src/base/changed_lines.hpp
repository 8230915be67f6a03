#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer {

/// The lines that two texts do not share, in their order: "- " before those of the first, "+ " before those of the
/// second. Blanks around a line do not count, and empty lines are left out.
[[nodiscard]] std::vector<std::string> changed_lines(std::string_view first, std::string_view second);

}  // namespace pgcoffer
