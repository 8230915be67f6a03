#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/columns.hpp"
#include "policy/key_values.hpp"

namespace pgcoffer::audit {

/// A row of a table of settings, column by column: whether its key is called like a credential, and its value is one.
class SettingsRow {
 public:
  /// Without a pair of columns no row is a setting.
  explicit SettingsRow(const std::optional<policy::KeyValue>& pair) : pair_(pair) {}
  /// `value` is null where the column's is.
  void add(std::size_t column, const std::string_view* value, ColumnText text);
  /// Behind the last column; the next row can begin.
  [[nodiscard]] bool take_secret();

 private:
  std::optional<policy::KeyValue> pair_;
  std::string key_;
  bool secret_ = false;
};

}  // namespace pgcoffer::audit
