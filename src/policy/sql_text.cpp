#include "policy/sql_text.hpp"

#include <algorithm>

namespace pgcoffer::policy {
namespace {

using Type = SqlToken::Type;

/// Where the parenthesis at `open` is closed; the number of tokens if it is not.
std::size_t closing(const SqlTokens& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].is(Type::symbol, "(")) ++depth;
    if (tokens[i].is(Type::symbol, ")") && --depth == 0) return i;
  }
  return tokens.size();
}

}  // namespace

std::unordered_set<std::string> column_names(const SqlTokens& tokens, std::size_t begin, std::size_t end) {
  std::unordered_set<std::string> result;
  for (std::size_t i = begin; i < end; ++i) {
    const bool function = i + 1 < tokens.size() && tokens[i + 1].is(Type::symbol, "(");
    const bool cast = i > 0 && tokens[i - 1].is(Type::symbol, ":");
    if (tokens[i].is_name() && !function && !cast) result.insert(tokens[i].text);
  }
  return result;
}

std::optional<IndexNames> index_names(std::string_view create_sql) {
  const auto tokens = sql_tokens(create_sql);
  if (!tokens) return std::nullopt;
  const auto find = [&](std::size_t from, Type type, std::string_view text) {
    while (from < tokens->size() && !(*tokens)[from].is(type, text)) ++from;
    return from;
  };
  const auto open = find(find(0, Type::word, "USING"), Type::symbol, "(");
  const auto close = closing(*tokens, open);
  if (close >= tokens->size()) return std::nullopt;
  const auto end = find(close, Type::symbol, ";");
  const auto where = std::min(find(close, Type::word, "WHERE"), end);
  return IndexNames{column_names(*tokens, open + 1, close), column_names(*tokens, where, end)};
}

}  // namespace pgcoffer::policy
