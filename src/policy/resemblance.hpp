#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"

namespace pgcoffer::policy {

/// What a column's name, its table's and those of the columns beside it say, a word or a pair of words each:
/// "w=token", "l=token" (the last), "f=reset" (the first), "b=reset token" (one behind the other), "t=text" (what it
/// can hold), "T=user" (of the table), "P=user token" (of the table, and the last), "N=expire" (of another column).
[[nodiscard]] std::vector<std::string> traits_of(const catalog::Table& table, const QualifiedName& name,
                                                 const catalog::Column& column);

/// Whether the traits are rather those of credentials than of other columns, as fixtures/schemas has them: for names
/// that no rule knows. What each trait counts was learned from there (.ci/learn-resemblance).
[[nodiscard]] bool resembles_credential(const catalog::Table& table, const QualifiedName& name,
                                        const catalog::Column& column);

}  // namespace pgcoffer::policy
