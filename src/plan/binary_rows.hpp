#pragma once

#include <string>

#include "plan/plan.hpp"

namespace pgcoffer::plan {

/// Tells of each of the table's columns what its binary form is. Returns why the rows must be text instead: empty when
/// they need not, "column \"x\" is of type point".
[[nodiscard]] std::string choose_binary_forms(const catalog::Catalog& catalog, const catalog::Table& table,
                                              TablePlan& plan);

/// Tells the plan of its columns' binary forms where rows that are to be text had better come in binary: long values
/// are most of the table, bytea among them, of which the server's text is twice as long as the value.
void choose_binary_wire(const catalog::Catalog& catalog, const catalog::Table& table, const PlanOptions& options,
                        TablePlan& plan);

}  // namespace pgcoffer::plan
