#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pgcoffer {

/// This program's version, "major.minor.patch".
[[nodiscard]] std::string version();

/// Name and version of each library that is in use at run time.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> library_versions();

}  // namespace pgcoffer
