#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "plan/plan.hpp"
#include "policy/policy.hpp"
#include "policy/refusals.hpp"

namespace pgcoffer::plan {

/// Columns that become null in some rows, where on-missing-parent says so: tables of the catalog, and places in each.
using SomeNulls = std::map<std::size_t, std::set<std::size_t>>;

/// Has the server try the values that a policy puts into every row (constants, nulls) on the columns' domains and on
/// the CHECK constraints that name nothing else. Refuses with the server's words, naming column, constraint and rule.
/// Returns warnings: CHECK constraints, domains, generated columns, indexes and materialized views of which only the
/// rows tell whether they still hold. Inside a transaction, which stays usable.
[[nodiscard]] std::vector<std::string> check_replacements(pg::Connection& connection, const Plan& plan,
                                                          const catalog::Catalog& catalog,
                                                          const policy::Verdicts& verdicts, const SomeNulls& nulls,
                                                          policy::Refusals& refusals);

}  // namespace pgcoffer::plan
