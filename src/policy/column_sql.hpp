#pragma once

#include <string>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// The SQL expression, of the column's own type, by which the server makes what is dumped instead of the column's
/// value. For verdicts that change values (all but keep and omit). NULL stays NULL.
[[nodiscard]] std::string column_sql(const catalog::Table& table, const catalog::Column& column,
                                     const ColumnVerdict& verdict);

/// Whether the action can be applied to columns of this type; otherwise what it is for, as "text" or "numbers".
[[nodiscard]] std::string wrong_type(const catalog::Column& column, const ColumnVerdict& verdict);

/// Gives a pseudonym the format and the range that go by themselves with the column's type.
void settle_pseudonym(const catalog::Column& column, Parameters& told);
/// How many characters a pseudonym may have; 0: any number.
[[nodiscard]] int pseudonym_limit(const catalog::Column& column);

[[nodiscard]] bool is_citext(const catalog::Column& column);

/// The condition, on a row of the table, that holds for about so many percent of them, always the same by the seed.
[[nodiscard]] std::string sample_condition(const catalog::Table& table, const Sample& sample);
/// By what rows are sorted when a sample takes so many of them: like by chance, always the same by the seed.
[[nodiscard]] std::string sample_order(const catalog::Table& table, const Sample& sample);

}  // namespace pgcoffer::policy
