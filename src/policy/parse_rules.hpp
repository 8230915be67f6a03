#pragma once

#include <string>

#include "policy/fields.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// Reads the rules of one policy file. What is wrong with them goes to the problems; the rule is then of no use.
class RuleReader {
 public:
  RuleReader(Problems& problems, const std::string& file) : problems_(problems), file_(file) {}

  [[nodiscard]] TableRule table_rule(const Json& json) const;
  /// Of "references": {"from": "s.t(a, b)", "to": "s.u(x, y)"}.
  [[nodiscard]] VirtualReference reference(const Json& json) const;
  /// Files are relative to the policy's.
  [[nodiscard]] Environment environment(const Json& json) const;
  /// A rule for columns that stands outside of "tables": of every table.
  [[nodiscard]] TableRule rule_for_any_table(const Json& json) const;

 private:
  [[nodiscard]] ColumnRule column_rule(const Json& json) const;

  Problems& problems_;
  const std::string& file_;
};

}  // namespace pgcoffer::policy
