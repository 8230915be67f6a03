#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// What stands where a text was removed that cannot be null.
inline constexpr std::string_view kRemoved = "REMOVED";

/// Positions of two columns of a table whose rows are settings: what one is called, and what it is.
struct KeyValue {
  std::size_t key = 0, value = 0;
};

/// A text of a type that takes any: "REMOVED" is no inet, date or enum.
[[nodiscard]] bool is_plain_text(const catalog::Column& column);

/// Those of `settings(key, value)`, `user_meta(meta_key, meta_value)` and the like. The table's name has to say that it
/// has settings, or those of the columns: pairs of other tables are tags, translations and much else.
[[nodiscard]] std::optional<KeyValue> key_values(const catalog::Table& table, const QualifiedName& name);

/// Whether a setting that is called so is a credential: what would be one as the name of a column of texts, and what
/// only settings are called.
[[nodiscard]] bool is_credential_key(std::string_view key);

/// Whether a value of settings that is in a unique key can become something else in each row.
[[nodiscard]] bool can_be_told_apart(const catalog::Column& value);

/// The verdict of no-credentials on the values of settings. Which rows it is about, the keys tell that the table has;
/// until they are known (settle_keys()), all lose their value.
[[nodiscard]] ColumnVerdict verdict_by_keys(const catalog::Table& table, const KeyValue& pair);
/// Of a column with such a verdict, the position of the keys' column.
[[nodiscard]] std::optional<std::size_t> keys_of(const catalog::Table& table, const ColumnVerdict& verdict);
/// `keys` are those of the table that are called like credentials: their values become null, or where the column cannot
/// be null "REMOVED", and in a unique key something that begins so. False where they are too many for the server to
/// look up in each row: then all values of the table do.
[[nodiscard]] bool settle_keys(const catalog::Table& table, const catalog::Column& value,
                               const std::set<std::string>& keys, ColumnVerdict& verdict);

}  // namespace pgcoffer::policy
