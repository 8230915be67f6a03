#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::dumping {

/// "kind name" of each object that cannot be dumped.
[[nodiscard]] std::vector<std::string> unsupported_names(const catalog::Catalog& catalog);

/// Throws Error(unsupported) when there are any that no role could dump.
void refuse_unsupported(const catalog::Catalog& catalog);

/// Throws Error(permission) when the role may not read all large objects or, unless `hidden_parts`, may not see a part
/// of an object: said before the first row is read.
void refuse_unreadable(pg::Connection& connection, const catalog::Catalog& catalog, bool hidden_parts);

}  // namespace pgcoffer::dumping
