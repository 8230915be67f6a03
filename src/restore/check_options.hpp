#pragma once

#include "pgcoffer/restore.hpp"

namespace pgcoffer::restoring {

/// Options that make no sense together: Error(usage).
void check_options(const RestoreOptions& options);

}  // namespace pgcoffer::restoring
