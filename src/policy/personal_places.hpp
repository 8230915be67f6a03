#pragma once

#include "policy/personal_names.hpp"

namespace pgcoffer::policy {

/// Where somebody lives or gets things delivered.
[[nodiscard]] bool is_address(const Words& w, const PersonalContext& context);

}  // namespace pgcoffer::policy
