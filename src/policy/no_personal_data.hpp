#pragma once

#include <vector>

#include "policy/checks.hpp"
#include "policy/refusals.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {

/// Applies the built-in no-personal-data where neither a rule nor another built-in decides: what can be null becomes
/// null, what has a default gets it, and everything else a value that says nothing, different for each row in a unique
/// key. A column by which tables reference each other or are partitioned is refused: that needs a rule.
void apply_no_personal_data(Outcome& outcome, const std::vector<Decision>& decisions, Refusals& refusals);

}  // namespace pgcoffer::policy
