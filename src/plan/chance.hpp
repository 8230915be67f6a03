#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "plan/plan.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::plan {

/// Warns of conditions that call a function which the server calls volatile (pg_proc.provolatile): random(), or
/// clock_timestamp(). Functions are found by their names, whatever the types of their arguments.
[[nodiscard]] std::vector<std::string> rows_by_chance(pg::Connection& connection, const Plan& plan,
                                                      const catalog::Catalog& catalog,
                                                      const policy::Verdicts& verdicts);

}  // namespace pgcoffer::plan
