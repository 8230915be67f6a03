#pragma once

#include <cstdint>
#include <vector>

#include "audit/columns.hpp"
#include "catalog/model.hpp"
#include "draft/json_secrets.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::draft {

/// What some values of a column hold.
struct Sample {
  audit::ColumnContent content;
  JsonSecrets secrets;  ///< in a column of type json or jsonb
};

/// What some rows of the table hold, column by column; generated columns and those of a table that has no rows of its
/// own are empty. `name` is the table's own, or that of its partition root.
[[nodiscard]] std::vector<Sample> sample(pg::Connection& connection, const catalog::Table& table,
                                         const QualifiedName& name, std::uint64_t rows);

}  // namespace pgcoffer::draft
