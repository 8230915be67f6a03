#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// A warning for each column that is kept and whose values hold rows of a table, of which the policy changes a column
/// or leaves the rows out: `old person` in a log of changes. Arrays, domains and composite types may stand in between.
[[nodiscard]] std::vector<std::string> told_by_row_types(const catalog::Catalog& catalog, const Verdicts& verdicts);

}  // namespace pgcoffer::policy
