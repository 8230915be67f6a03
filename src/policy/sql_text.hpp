#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace pgcoffer::policy {

/// A piece of an SQL statement as the catalog writes it: unquoted names are in lower case, keywords in upper.
struct SqlToken {
  enum class Type { word, quoted_name, literal, symbol };
  Type type = Type::symbol;
  std::string text;  ///< a word or symbol itself, the content of a name or literal
  std::size_t begin = 0, end = 0;

  [[nodiscard]] bool is(Type wanted, std::string_view content) const { return type == wanted && text == content; }
  [[nodiscard]] bool is_name() const { return type == Type::word || type == Type::quoted_name; }
};
using SqlTokens = std::vector<SqlToken>;

/// Standard string literals, E'' with nothing but doubled backslashes and quotes, names, numbers and symbols. Nothing
/// where a quote does not end, or an escape is another: it then cannot be told with certainty what is quoted.
[[nodiscard]] std::optional<SqlTokens> sql_tokens(std::string_view sql);

/// The names in the tokens [begin, end) that can be columns: neither functions nor types of casts.
[[nodiscard]] std::unordered_set<std::string> column_names(const SqlTokens& tokens, std::size_t begin, std::size_t end);

/// Names that can be columns in the definition of an index.
struct IndexNames {
  std::unordered_set<std::string> key, predicate;
};
/// Nothing when the text is not CREATE INDEX … USING … (…).
[[nodiscard]] std::optional<IndexNames> index_names(std::string_view create_sql);

}  // namespace pgcoffer::policy
