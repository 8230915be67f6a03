#pragma once

#include <string>
#include <vector>

#include "archive/toc.hpp"
#include "base/text.hpp"

namespace pgcoffer::comparing {

/// The columns of a table's primary key, from the SQL that makes it; empty without one.
[[nodiscard]] std::vector<std::string> primary_key(const archive::Toc& toc, const QualifiedName& table);

}  // namespace pgcoffer::comparing
