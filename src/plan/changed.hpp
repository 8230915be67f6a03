#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::plan {

/// Columns of a table whose values the policy changes, by attribute number; generated ones that are computed from such
/// among them.
struct Changed {
  struct Column {
    const catalog::Column* column;
    const policy::ColumnVerdict* verdict;
    std::optional<std::string> value;         ///< SQL of what all rows get; nothing where it depends on the row
    bool null = false;                        ///< all rows get null
    bool some_nulls = false;                  ///< where a parent is missing it becomes null
    std::string action, rule;                 ///< what changes it
    const catalog::Column* source = nullptr;  ///< of a generated one: the column that the rule changes
    /// Nothing else changes it.
    [[nodiscard]] bool only_some_nulls() const { return some_nulls && verdict->action == policy::ColumnAction::keep; }
    /// It may be null where it was not.
    [[nodiscard]] bool becomes_null() const { return null || some_nulls; }
  };
  const catalog::Table* table = nullptr;
  std::string missing_parent_rule;
  std::map<std::int64_t, Column> columns;

  /// `column "public"."t"."c" is changed by "null"`, or of a generated one what it is computed from.
  [[nodiscard]] std::string subject(const Column& column) const;
};

/// What changes columns in some rows.
inline constexpr const char* kMissingParent = "on-missing-parent";

/// `nulls`: the places of columns that on-missing-parent sets to null in some rows.
[[nodiscard]] Changed changed(const catalog::Table& table, const policy::TableVerdict& verdict,
                              const std::set<std::size_t>& nulls);

/// The first of the columns that gets other values than nulls, in which hardly any expression fails; or null.
[[nodiscard]] const Changed::Column* with_new_values(const std::vector<const Changed::Column*>& columns);

/// CAST(NULL AS …) of the column's type.
[[nodiscard]] std::string null_of(const catalog::Column& column);

}  // namespace pgcoffer::plan
