#pragma once

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// Throws Error(policy) where a condition or an expression of the policy compares a column of type citext by an
/// operator without schema: text's would be taken, which tells capitals apart, and other rows left out than the rule
/// means.
void refuse_bare_citext(const catalog::Table& table, const TableVerdict& verdict);

}  // namespace pgcoffer::policy
