#pragma once

#include <string>

#include "plan/plan.hpp"

namespace pgcoffer::plan {

/// Tells of each of the table's columns what its binary form is. Returns why the rows must be text instead: empty when
/// they need not, "column \"x\" is of type point".
[[nodiscard]] std::string choose_binary_forms(const catalog::Catalog& catalog, const catalog::Table& table,
                                              TablePlan& plan);

}  // namespace pgcoffer::plan
