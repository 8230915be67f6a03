#pragma once

#include <string>

#include "pg/connection.hpp"
#include "pgcoffer/restore.hpp"
#include "restore/selection.hpp"

namespace pgcoffer::restoring {

/// True for kinds whose own statements name roles, beside those that they give an owner with.
[[nodiscard]] bool speaks_of_roles(const std::string& kind);

/// Throws Error(not_found) naming the roles that the selection names, as owners or otherwise, and the server lacks:
/// over any database's connection, before anything is made.
void check_roles(pg::Connection& connection, const RestoreOptions& options, const Selected& selected);

}  // namespace pgcoffer::restoring
