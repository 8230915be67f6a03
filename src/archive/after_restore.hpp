#pragma once

#include <string>
#include <vector>

#include "archive/manifest.hpp"

namespace pgcoffer::archive {

/// What the policy's rules say is to be done after a restore: each text once, with the tables and columns it is about.
[[nodiscard]] std::vector<std::string> after_restore_actions(const std::vector<Table>& tables);

}  // namespace pgcoffer::archive
