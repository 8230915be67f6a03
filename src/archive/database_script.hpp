#pragma once

#include <string>
#include <string_view>

#include "cluster/database.hpp"

namespace pgcoffer::archive {

/// A script for psql, to be run in another database: CREATE DATABASE, owner, comment, security labels, settings.
/// `source_version` (PQserverVersion) is the server's that it comes from: before 15 the script must also suit servers
/// that know nothing of locale providers.
[[nodiscard]] std::string database_script(const cluster::Database& database, const cluster::DatabaseSqlOptions& options,
                                          int source_version, std::string_view encoding);

/// What comes when the database has its contents: who may connect, and how many. Said before, it could bar the script
/// itself.
[[nodiscard]] std::string database_closing_script(const cluster::Database& database,
                                                  const cluster::DatabaseSqlOptions& options);

}  // namespace pgcoffer::archive
