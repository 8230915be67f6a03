#pragma once

#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "merge/target.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::merging {

/// Reads the tables back, in the transaction that is open, and compares their digests with the archive's. Throws
/// Error(failed) naming one that differs. Returns a warning for each table that has no digest to compare with.
[[nodiscard]] std::vector<std::string> verify_merged(pg::Connection& connection,
                                                     const std::vector<const TargetTable*>& tables,
                                                     const archive::Manifest& manifest);

}  // namespace pgcoffer::merging
