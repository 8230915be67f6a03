#pragma once

#include <string>
#include <vector>

#include "policy/checks.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {

/// The same value becomes the same everywhere, and different values stay different, so that keys may be changed by it.
[[nodiscard]] bool is_consistent(const ColumnVerdict& verdict) noexcept;

/// Whether two columns are changed in the same way.
[[nodiscard]] bool same_change(const ColumnVerdict& one, const ColumnVerdict& other);

/// Gives every column that references a consistently changed one the same change, through any number of foreign keys;
/// rules that null or omit it stay. References that the policy declares, and foreign keys that are not enforced, count.
/// Refused: where another rule decides it, and where a collation takes different texts for the same.
void carry_to_references(Outcome& outcome, const std::vector<Decision>& decisions, Refusals& refusals);

/// Whether the column that `column` references by the foreign key is changed like it.
[[nodiscard]] bool changed_alike(const Outcome& outcome, const catalog::ForeignKey& key, const std::string& column,
                                 const ColumnVerdict& verdict);
/// Whether the column of the rows' table that references `referenced` by the foreign key is changed like it.
[[nodiscard]] bool follows(const Outcome& outcome, std::size_t holder, const catalog::ForeignKey& key,
                           const std::string& referenced, const ColumnVerdict& verdict);

}  // namespace pgcoffer::policy
