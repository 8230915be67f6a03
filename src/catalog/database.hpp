#pragma once

#include "cluster/database.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::catalog {

/// The properties of the database that the connection is to.
[[nodiscard]] cluster::Database read_database(pg::Connection& connection);

}  // namespace pgcoffer::catalog
