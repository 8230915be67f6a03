#include "base/bare_operator.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/sql_tokens.hpp"

namespace pgcoffer {
namespace {

using Type = SqlToken::Type;

bool same_word(std::string_view word, std::string_view other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(word, other, {}, lower, lower);
}

bool is_word(const SqlToken& token, std::string_view word) {
  return token.type == Type::word && same_word(token.text, word);
}

bool is_operator(const SqlToken& token) {
  constexpr std::string_view characters = "=<>!~+-*/|@&#%^?";
  constexpr std::array<std::string_view, 6> words = {"IN", "LIKE", "ILIKE", "BETWEEN", "SIMILAR", "DISTINCT"};
  if (token.type == Type::symbol) return characters.find(token.text) != std::string_view::npos;
  return std::ranges::any_of(words, [&](std::string_view word) { return is_word(token, word); });
}

/// Behind IS and NOT, which say nothing of the operator by themselves.
std::size_t behind(const SqlTokens& tokens, std::size_t at) {
  while (at < tokens.size() && (is_word(tokens[at], "IS") || is_word(tokens[at], "NOT"))) ++at;
  return at;
}

bool is_bare_at(const SqlTokens& tokens, std::size_t at) {
  const std::size_t next = behind(tokens, at + 1);
  if (next < tokens.size()) {
    if (is_operator(tokens[next])) return true;
    if (tokens[next].is(Type::symbol, ":") || is_word(tokens[next], "OPERATOR")) return false;
  }
  std::size_t before = at;
  while (before >= 2 && tokens[before - 1].is(Type::symbol, ".")) before -= 2;  // table.column
  return before > 0 && is_operator(tokens[before - 1]);
}

}  // namespace

bool has_bare_operator(std::string_view expression, std::string_view column) {
  const auto tokens = sql_tokens(expression);
  if (!tokens) return expression.find(column) != std::string_view::npos;
  for (std::size_t at = 0; at < tokens->size(); ++at) {
    const SqlToken& token = (*tokens)[at];
    const bool meant = token.type == Type::quoted_name ? token.text == column : is_word(token, column);
    if (meant && is_bare_at(*tokens, at)) return true;
  }
  return false;
}

}  // namespace pgcoffer
