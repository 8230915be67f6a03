#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// A warning for each column that is kept whole and whose type (a composite type, a table's row type, an array of one)
/// has a field that is called like a credential (`credentials`) or like personal data (`personal_data`): rules for
/// columns do not look into values.
[[nodiscard]] std::vector<std::string> told_by_composites(const catalog::Catalog& catalog, const Verdicts& verdicts,
                                                          bool credentials, bool personal_data);

}  // namespace pgcoffer::policy
