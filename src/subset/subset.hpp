#pragma once

#include <cstdint>
#include <functional>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "plan/plan.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::subset {

/// Opens a connection in the dump's snapshot; calls the function before its read-only transaction begins.
using Connect = std::function<pg::Connection&(const std::function<void(pg::Connection&)>& prepare)>;

/// Finds the rows that are kept because of others, where rules follow foreign keys or rows that others reference are
/// left out, and puts them into the plan. Foreign keys that missing parents break (on-missing-parent: leave) become
/// NOT VALID in the catalog. Does nothing, and opens no connection, where rows need not be looked at.
///
/// Throws Error(policy) where kept rows reference rows that are left out, and no rule says what is to be done.
void choose_rows(plan::Plan& plan, catalog::Catalog& catalog, policy::Verdicts& verdicts,
                 const plan::PlanOptions& options, const Connect& connect);

}  // namespace pgcoffer::subset
