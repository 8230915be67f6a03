#pragma once

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "plan/plan.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::dumping {

/// Finds out how many rows the tables have of which the policy takes only some, so that an auditor can see how much it
/// took away. Small tables are counted, in the connection's snapshot; of others the server's estimate has to do, since
/// counting them would be a second dump.
void look_up_rows_before(pg::Connection& connection, const catalog::Catalog& catalog, const policy::Verdicts& verdicts,
                         plan::Plan& plan);

}  // namespace pgcoffer::dumping
