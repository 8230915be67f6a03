#pragma once

#include <set>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/dump.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::dumping {

/// Where the options select within the database: throws Error(policy) if the policy chooses rows of the tables by those
/// of tables that are not selected. `rows_of`: the tables whose rows are dumped.
void refuse_undone_subset(pg::Connection& connection, const DumpOptions& options, const policy::Policy& policy,
                          const std::set<catalog::Oid>& rows_of);

}  // namespace pgcoffer::dumping
