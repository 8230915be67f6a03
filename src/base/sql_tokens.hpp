#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer {

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

/// Standard string literals, E'' with nothing but doubled backslashes and quotes, $tag$…$tag$, names, numbers, symbols
/// of one character each; comments are left out. Nothing where a quote does not end, or an escape is another: it then
/// cannot be told with certainty what is quoted.
[[nodiscard]] std::optional<SqlTokens> sql_tokens(std::string_view sql);

}  // namespace pgcoffer
