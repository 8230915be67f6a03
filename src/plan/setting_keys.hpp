#pragma once

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::plan {

/// Reads the keys of the tables of settings from which no-credentials takes values, and settles which rows that is
/// about. In the transaction that reads the rows no other keys come in between.
void settle_setting_keys(pg::Connection& connection, const catalog::Catalog& catalog, policy::Verdicts& verdicts);

}  // namespace pgcoffer::plan
