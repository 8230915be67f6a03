#pragma once

#include <string>
#include <vector>

#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// What was chosen, as the options are written: the manifest's `options`. Holds no connection and no secret.
[[nodiscard]] std::vector<std::string> recorded_options(const DumpOptions& options);

}  // namespace pgcoffer::dumping
