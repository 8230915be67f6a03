#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/model.hpp"

namespace pgcoffer::policy {

/// What a column's name, its table's and those of the columns beside it say, a word or a pair of words each:
/// "w=token", "l=token" (the last), "f=reset" (the first), "b=reset token" (one behind the other), "t=text" (what it
/// can hold), "T=user" (of the table), "P=user token" (of the table, and the last), "N=expire" (of another column).
[[nodiscard]] std::vector<std::string> traits_of(const catalog::Table& table, const QualifiedName& name,
                                                 const catalog::Column& column);

/// Whether it can hold what is learned of here: texts, not flags, numbers or times.
[[nodiscard]] bool can_resemble(const catalog::Column& column);

/// Whether a unique or foreign key of the table holds it.
[[nodiscard]] bool is_in_key(const catalog::Table& table, const catalog::Column& column);

/// What each trait counts: learned from fixtures/schemas (.ci/learn-resemblance).
class Weights {
 public:
  /// `lines`: a trait, a tab and a number each.
  Weights(int start, std::string_view lines);
  [[nodiscard]] int sum(const std::vector<std::string>& traits) const;

 private:
  int start_;
  std::unordered_map<std::string_view, int> of_;
};

/// Whether the traits are rather those of what was learned than of other columns, as fixtures/schemas has them: for
/// names that no rule knows.
[[nodiscard]] bool resembles(const Weights& weights, const catalog::Table& table, const QualifiedName& name,
                             const catalog::Column& column);

[[nodiscard]] const Weights& credential_weights();
[[nodiscard]] const Weights& personal_data_weights();

}  // namespace pgcoffer::policy
