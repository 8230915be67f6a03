#pragma once

#include <vector>

#include "policy/checks.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {

/// Applies the built-in no-credentials where no rule decides; `decisions` has one for each table of the catalog.
///
/// Tables of nothing but credentials lose their rows. Where kept rows of another table reference them, they keep their
/// rows, and their columns are decided one by one like all others:
///     nullable                                   null
///     part of a foreign or partition key, or     the table loses its rows
///       referenced by one
///     with a default                             omit
///     unique                                     the table loses its rows
///     else                                       constant
/// What references a table that has to lose its rows for a column's sake becomes null, where it may.
/// Throws Error(policy) when a table would have to lose its rows and cannot: a rule keeps them, or kept rows
/// reference them by columns that cannot be null.
void apply_no_credentials(Outcome& outcome, const std::vector<Decision>& decisions);

}  // namespace pgcoffer::policy
