#pragma once

#include <memory>

#include "pgcoffer/secret.hpp"
#include "plan/plan.hpp"
#include "rows/pseudonym.hpp"

namespace pgcoffer::dumping {

/// Throws Error(usage) without a key.
void require_pseudonym_key(const Secret* key);
/// What makes the pseudonyms of a table's rows; null where it has none.
[[nodiscard]] std::unique_ptr<const rows::Pseudonymizer> pseudonymizer(const plan::TablePlan& table, const Secret* key);

}  // namespace pgcoffer::dumping
