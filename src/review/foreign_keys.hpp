#pragma once

#include <vector>

#include "plan/plan.hpp"
#include "review/check.hpp"

namespace pgcoffer::review {

/// The query whose rows a dump would take of a planned table, to stand in brackets.
[[nodiscard]] std::string rows_query(const plan::TablePlan& table);

/// What the verdicts do to the foreign keys; with a plan, rows are counted on the connection.
[[nodiscard]] std::vector<ForeignKeyEffect> foreign_key_effects(const catalog::Catalog& catalog,
                                                                policy::Verdicts& verdicts, const plan::Plan* plan,
                                                                pg::Connection& connection);

}  // namespace pgcoffer::review
