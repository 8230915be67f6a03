#pragma once

#include "policy/checks.hpp"
#include "policy/policy.hpp"
#include "policy/refusals.hpp"

namespace pgcoffer::policy {

/// Children by inheritance that keep a column which a parent does not keep: a query of the parent shows their values,
/// so that this is a mistake more often than not. A warning each, under `strict` a refusal; nothing where a rule names
/// the child and its column.
void check_inherited(const Policy& policy, Outcome& outcome, Refusals& refusals);

}  // namespace pgcoffer::policy
