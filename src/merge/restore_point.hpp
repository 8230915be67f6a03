#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "pgcoffer/merge.hpp"

namespace pgcoffer::merging {

/// Dumps the tables, whose quoted names these are (none: the whole database), to `path`. `sealed`: to the key or
/// passphrase that opens the archive; Error(usage) where there is neither.
void dump_restore_point(const RestoreOptions& options, const std::filesystem::path& path,
                        const std::vector<std::string>& tables, bool sealed, Progress& progress,
                        const std::stop_token& stop);

}  // namespace pgcoffer::merging
