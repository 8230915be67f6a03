#pragma once

#include <string>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// SQL for numbers that are changed at random, or by the seed. The result lies in the type's range.
[[nodiscard]] std::string noise(const catalog::Table& table, const catalog::Column& column, const Parameters& told);
/// The same for dates and timestamps.
[[nodiscard]] std::string shifted(const catalog::Table& table, const catalog::Column& column, const Parameters& told);

}  // namespace pgcoffer::policy
