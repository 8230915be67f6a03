#pragma once

#include <set>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::subset {

/// Which rows of a table are kept may depend on rows of another one. Throws Error(policy) naming two such tables of
/// which rows of only one are dumped: its rows could not be chosen. `all` is the catalog with everything that could be
/// selected, `rows_of` the tables whose rows are dumped.
void refuse_unselected(const catalog::Catalog& all, policy::Verdicts& verdicts, const std::set<catalog::Oid>& rows_of);

}  // namespace pgcoffer::subset
