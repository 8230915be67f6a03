#pragma once

#include <map>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "plan/changed.hpp"
#include "policy/refusals.hpp"

namespace pgcoffer::plan {

/// Nulls are no duplicates, but what an expression makes of them may be one: coalesce(code, 0). Refuses where all rows
/// get the same in a unique index; returns warnings where only the rows tell whether a unique index or an exclusion
/// constraint still holds.
[[nodiscard]] std::vector<std::string> check_null_expressions(pg::Connection& connection,
                                                              const std::map<pg::Oid, Changed>& tables,
                                                              policy::Refusals& refusals);

}  // namespace pgcoffer::plan
