#pragma once

#include "catalog/model.hpp"
#include "plan/check_replacements.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::subset {

/// The columns that on-missing-parent sets to null where rows of the parent may be left out, decided from the rules and
/// the references alone: whether there are such rows, only the rows tell.
[[nodiscard]] plan::SomeNulls some_nulls(const catalog::Catalog& catalog, const policy::Verdicts& verdicts);

}  // namespace pgcoffer::subset
