#pragma once

#include <string>

#include "archive/manifest.hpp"

namespace pgcoffer::archive {

/// What COPY … FROM names for the table's parts: "s"."t" ("a", "b").
[[nodiscard]] std::string copy_target(const Table& table);

}  // namespace pgcoffer::archive
