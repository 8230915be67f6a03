#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// A warning for each column whose values are left out or replaced while a text that looks like one of them stands in
/// its default, or in a constraint, index or the like that reads it: definitions are dumped as they are, and restored
/// rows may get that default. Of rows that are left out whole, columns that are called like credentials count.
[[nodiscard]] std::vector<std::string> told_by_definitions(const catalog::Catalog& catalog, const Verdicts& verdicts);

}  // namespace pgcoffer::policy
