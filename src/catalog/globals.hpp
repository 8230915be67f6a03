#pragma once

#include "cluster/globals.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::catalog {

/// What belongs to the whole cluster, in the transaction that is open on the connection.
///
/// `passwords`: with the roles' password verifiers, which superusers may read only: throws Error(permission) otherwise.
/// Grants whose role or member is gone (possible before 16) are left out; `warnings` names them.
[[nodiscard]] cluster::Globals read_globals(pg::Connection& connection, bool passwords,
                                            std::vector<std::string>& warnings);

}  // namespace pgcoffer::catalog
