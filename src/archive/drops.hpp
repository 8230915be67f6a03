#pragma once

#include <string>
#include <vector>

#include "archive/toc.hpp"

namespace pgcoffer::archive {

struct Drop {
  const TocEntry* entry = nullptr;
  std::string sql;  ///< with ";" and a line end
};

/// What drops these entries, which are in the order of restore; the last made is dropped first. Entries without a drop
/// statement go with others, or stay (schema public, comments).
///
/// With `if_exists` every statement passes where the object is missing, or what holds it.
[[nodiscard]] std::vector<Drop> drops(const std::vector<const TocEntry*>& entries, bool if_exists);

}  // namespace pgcoffer::archive
