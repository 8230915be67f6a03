#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// A warning for each column whose template reads what the policy withholds: a column that is omitted or replaced, of
/// its table or of one that it names, or a whole row with such a column. It may well be meant so (the year of a birth
/// date); what a function reads by itself cannot be told.
[[nodiscard]] std::vector<std::string> told_by_templates(const catalog::Catalog& catalog, const Verdicts& verdicts);

}  // namespace pgcoffer::policy
