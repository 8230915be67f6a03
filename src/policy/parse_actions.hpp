#pragma once

#include <string>
#include <string_view>

#include "policy/fields.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// Reads a column rule's action, and the fields that the action takes. What is wrong with them goes to the fields'
/// problems.
void read_action(Fields& fields, ColumnRule& rule);

/// SQL stands in parentheses where it is put: what closes them would change more than it says, and is a problem.
void require_whole_expression(Fields& fields, std::string_view field, const std::string& sql);

}  // namespace pgcoffer::policy
