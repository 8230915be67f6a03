#pragma once

#include <string>

#include "archive/manifest.hpp"

namespace pgcoffer::archive {

/// What COPY … FROM names for the table's parts: "s"."t" ("a", "b").
[[nodiscard]] std::string copy_target(const Table& table);
/// The same for some of the columns in the parts.
[[nodiscard]] std::string copy_target(const Table& table, const std::vector<std::size_t>& columns);

}  // namespace pgcoffer::archive
