#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/model.hpp"

namespace pgcoffer::policy {

/// What stands where a text was removed that cannot be null.
inline constexpr std::string_view kRemoved = "REMOVED";

/// Positions of two columns of a table whose rows are settings: what one is called, and what it is.
struct KeyValue {
  std::size_t key = 0, value = 0;
};

/// Those of `settings(key, value)`, `user_meta(meta_key, meta_value)` and the like. The table's name has to say that it
/// has settings: pairs of other tables are tags, translations and much else.
[[nodiscard]] std::optional<KeyValue> key_values(const catalog::Table& table, const QualifiedName& name);

/// SQL over a row for its value, without that of keys which are called like credentials: that is null, or where the
/// column cannot be null "REMOVED".
[[nodiscard]] std::string without_credentials(const catalog::Table& table, const KeyValue& pair);

}  // namespace pgcoffer::policy
