#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// A warning for each column that is kept and whose values hold rows of a table, of which the policy changes a column
/// or leaves rows out: `old person` in a log of changes. Arrays, domains and composite types may stand in between.
/// `some_rows`: the tables of the catalog of which some rows may be left out.
[[nodiscard]] std::vector<std::string> told_by_row_types(const catalog::Catalog& catalog, const Verdicts& verdicts,
                                                         const std::vector<bool>& some_rows);

}  // namespace pgcoffer::policy
