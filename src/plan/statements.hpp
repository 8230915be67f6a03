#pragma once

#include "plan/plan.hpp"

namespace pgcoffer::plan {

/// Of a table's rows as they lie on the server's disk, TOAST included.
[[nodiscard]] std::uint64_t estimated_bytes(const catalog::Table& table) noexcept;

/// The plan of one table whose rows are kept.
[[nodiscard]] TablePlan plan_table(const catalog::Catalog& catalog, std::size_t index,
                                   const policy::TableVerdict& verdict, const PlanOptions& options);

/// The condition that the table's own rule makes of `where` and `sample` (and an extension of its configuration table);
/// empty where all rows are meant.
[[nodiscard]] std::string row_condition(const catalog::Catalog& catalog, const catalog::Table& table,
                                        const policy::TableVerdict& verdict);

/// What stands before and behind the condition of a COPY of some rows.
struct CopyAround {
  std::string before, after;
};
[[nodiscard]] CopyAround copy_around(const catalog::Table& table, const policy::TableVerdict& verdict, bool binary);

/// How a column's values look in JSON rows.
[[nodiscard]] rows::JsonKind json_kind(const catalog::Column& column) noexcept;

}  // namespace pgcoffer::plan
