#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "draft/classify.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::draft {

/// The policy as a file: each verdict as a rule of its own, behind a comment with its evidence. `findings` has those of
/// every column of every table that is `written`.
[[nodiscard]] std::string policy_text(const catalog::Catalog& catalog, const policy::Verdicts& verdicts,
                                      const std::vector<std::vector<Finding>>& findings,
                                      const std::vector<bool>& written, bool personal_data);

}  // namespace pgcoffer::draft
