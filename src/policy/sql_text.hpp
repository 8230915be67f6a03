#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/sql_tokens.hpp"

namespace pgcoffer::policy {

/// The names in the tokens [begin, end) that can be columns: neither functions nor types of casts.
[[nodiscard]] std::unordered_set<std::string> column_names(const SqlTokens& tokens, std::size_t begin, std::size_t end);

/// Names that can be columns in the definition of an index.
struct IndexNames {
  std::unordered_set<std::string> key, predicate;
};
/// Nothing when the text is not CREATE INDEX … USING … (…).
[[nodiscard]] std::optional<IndexNames> index_names(std::string_view create_sql);

/// Whether the key of CREATE INDEX … USING … (…) is made of whole columns, in another case perhaps: `lower(email)`.
[[nodiscard]] bool reads_whole_values(std::string_view create_sql);

}  // namespace pgcoffer::policy
