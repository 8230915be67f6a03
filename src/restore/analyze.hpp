#pragma once

#include <functional>
#include <string>

#include "pgcoffer/progress.hpp"
#include "restore/selection.hpp"
#include "restore/target.hpp"

namespace pgcoffer::restoring {

/// Has the server gather the planner's statistics of all tables that were loaded and materialized views that were
/// filled: a restored database is slow without. Several tables at once, the largest first; partitions with the table
/// that they belong to, and none whose statistics came with the archive. A failure is a warning: everything is restored
/// by then.
void analyze(TargetDatabase& target, const Selected& selected, unsigned jobs, Progress& progress,
             const std::function<void(const std::string&)>& warn);

}  // namespace pgcoffer::restoring
