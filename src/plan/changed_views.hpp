#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "plan/changed.hpp"

namespace pgcoffer::plan {

/// A restore refreshes materialized views from the changed rows. Warnings where their query, or a unique index on
/// them, may not stand that; one for each view, index and table.
[[nodiscard]] std::vector<std::string> check_changed_views(pg::Connection& connection,
                                                           const std::map<pg::Oid, Changed>& tables,
                                                           const catalog::Catalog& catalog);

}  // namespace pgcoffer::plan
