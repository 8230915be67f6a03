#pragma once

#include <map>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "plan/changed.hpp"
#include "policy/refusals.hpp"

namespace pgcoffer::plan {

/// A restore computes generated columns and what indexes hold anew. Refuses where an expression does not work with what
/// all rows get, by the server's word; returns warnings where only the rows tell whether it does.
[[nodiscard]] std::vector<std::string> check_changed_expressions(pg::Connection& connection,
                                                                 const std::map<pg::Oid, Changed>& tables,
                                                                 policy::Refusals& refusals);

}  // namespace pgcoffer::plan
