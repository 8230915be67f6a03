#pragma once

#include <string>
#include <vector>

#include "archive/toc.hpp"
#include "pg/connection.hpp"
#include "restore/journal.hpp"
#include "restore/selection.hpp"

namespace pgcoffer::restoring {

/// Looks, before anything is changed, whether the selection can be made in the target.
///
/// Throws Error(exists) naming relations that are to be created and exist; Error(not_found) naming what a partial
/// selection needs (schemas, types, functions, parent and referenced tables) and what is neither selected nor there.
/// With skip_missing_references foreign keys to such tables are taken out of the selection; returns one warning for
/// each.
///
/// With --clean what exists is dropped first; what does not exist, as far as it can be looked up by name, throws
/// Error(not_found) unless --if-exists is given.
[[nodiscard]] std::vector<std::string> check_requirements(pg::Connection& connection, const archive::Toc& toc,
                                                          const RestoreOptions& options, Selected& selected,
                                                          const Journal* journal);

/// What check_requirements() leaves of a selection with skip_missing_references.
[[nodiscard]] Selected without_missing_references(pg::Connection& connection, const archive::Toc& toc,
                                                  const RestoreOptions& options, Selected selected);

}  // namespace pgcoffer::restoring
