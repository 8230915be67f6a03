#pragma once

#include "cluster/database.hpp"
#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// What the options leave in the statements of a script that makes its own database.
[[nodiscard]] cluster::DatabaseSqlOptions database_options(const DumpOptions& options);

/// The database as the manifest describes it: without what the options leave out. Without its owner, the privileges
/// are those that others have.
[[nodiscard]] cluster::Database archived_database(cluster::Database database, const DumpOptions& options);

}  // namespace pgcoffer::dumping
