#pragma once

#include "catalog/model.hpp"
#include "policy/policy.hpp"
#include "subset/roles.hpp"

namespace pgcoffer::subset {

/// A parent with PERIOD may be several rows that together cover a range: no row tells whether its parent is there.
/// Throws Error(policy) where rows would have to be chosen by such a foreign key, or looked at whether they miss their
/// parent; the rows themselves are not asked.
void refuse_periods(const catalog::Catalog& catalog, const policy::Verdicts& verdicts, const Graph& graph,
                    const Roles& roles);
/// The same from the rules alone.
void refuse_periods(const catalog::Catalog& catalog, const policy::Verdicts& verdicts);

}  // namespace pgcoffer::subset
