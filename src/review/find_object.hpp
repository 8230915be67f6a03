#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "catalog/model.hpp"

namespace pgcoffer::review {

/// A table, or a column of it, by their positions in the catalog.
struct Place {
  std::size_t table = 0;
  std::optional<std::size_t> column;
};

/// What `schema.table.column`, `schema.table`, `table.column` or `table` means, with SQL's quotes. A table is meant
/// where both are possible. Throws Error: usage for a name that fits several, not_found.
[[nodiscard]] Place find_object(const catalog::Catalog& catalog, std::string_view name);

}  // namespace pgcoffer::review
