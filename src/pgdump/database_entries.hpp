#pragma once

#include <optional>

#include "cluster/database.hpp"
#include "pgdump/contents.hpp"

namespace pgcoffer::pgdump {

/// True for the entries that make the database or say something of it as a whole: only a restore that makes the
/// database runs them, as pg_restore's -C does, and under the name that it gives it.
[[nodiscard]] bool is_about_database(const Entry& entry);

/// What these entries say. Nothing where none makes the database (scripts without pg_dump's -C). Throws
/// Error(unsupported) for a statement other than those that pg_dump writes.
[[nodiscard]] std::optional<cluster::Database> database_of(const Contents& contents);

}  // namespace pgcoffer::pgdump
