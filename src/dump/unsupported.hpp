#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"

namespace pgcoffer::dumping {

/// "kind name" of each object that cannot be dumped.
[[nodiscard]] std::vector<std::string> unsupported_names(const catalog::Catalog& catalog);

/// Throws Error(unsupported) when there are any.
void refuse_unsupported(const catalog::Catalog& catalog);

}  // namespace pgcoffer::dumping
