#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "plan/plan.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::review {

/// A warning for each path of redact-json that leads to nothing in all rows of its table, with its partitions: it may
/// be misspelt. Reads the tables of these columns. Empty tables show nothing.
[[nodiscard]] std::vector<std::string> paths_to_nothing(pg::Connection& connection, const catalog::Catalog& catalog,
                                                        const policy::Verdicts& verdicts, const plan::Plan& plan);

}  // namespace pgcoffer::review
