#pragma once

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "plan/plan.hpp"

namespace pgcoffer::dumping {

/// A standby has no rows of unlogged tables. Throws Error(failed) where some are to be read on one.
void check_unlogged(pg::Connection& connection, const catalog::Catalog& catalog, const plan::Plan& plan);

}  // namespace pgcoffer::dumping
