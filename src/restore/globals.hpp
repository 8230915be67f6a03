#pragma once

#include <stop_token>

#include "archive/reader.hpp"
#include "pgcoffer/restore.hpp"

namespace pgcoffer::restoring {

/// Brings the server's roles, memberships, tablespaces and privileges on parameters to the archive's state. All but
/// tablespaces is one transaction. What this role may not do is found out before anything is changed, and all of it is
/// named. `report` gets plan, objects and warnings.
void restore_globals(const archive::Manifest& manifest, const RestoreOptions& options, Progress& progress,
                     const std::stop_token& stop, RestoreReport& report);

}  // namespace pgcoffer::restoring
