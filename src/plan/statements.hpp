#pragma once

#include "plan/plan.hpp"

namespace pgcoffer::plan {

/// The plan of one table whose rows are kept.
[[nodiscard]] TablePlan plan_table(const catalog::Catalog& catalog, std::size_t index,
                                   const policy::TableVerdict& verdict, const PlanOptions& options);

/// How a column's values look in JSON rows.
[[nodiscard]] rows::JsonKind json_kind(const catalog::Column& column) noexcept;

}  // namespace pgcoffer::plan
