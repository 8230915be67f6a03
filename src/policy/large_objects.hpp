#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// A warning for each column that may refer to large objects and that the policy changes or leaves out, while all large
/// objects are dumped: they would leave without what refers to them. `some_rows`: the tables of the catalog of which
/// some rows may be left out.
[[nodiscard]] std::vector<std::string> told_by_large_objects(const catalog::Catalog& catalog, const Verdicts& verdicts,
                                                             const std::vector<bool>& some_rows);

}  // namespace pgcoffer::policy
