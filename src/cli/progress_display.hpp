#pragma once

#include <memory>
#include <string>

#include "pgcoffer/progress.hpp"

namespace pgcoffer::cli {

/// `mode`: "auto" (a bar on a terminal, else lines), "plain" (lines), "json" (an object a line), "none" (warnings
/// only). All go to standard error. Throws Error(usage) for other words.
[[nodiscard]] std::unique_ptr<Progress> make_progress(const std::string& mode);

}  // namespace pgcoffer::cli
