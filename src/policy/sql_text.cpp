#include "policy/sql_text.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

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

std::size_t find(const SqlTokens& tokens, std::size_t from, Type type, std::string_view text) {
  while (from < tokens.size() && !tokens[from].is(type, text)) ++from;
  return from;
}

/// The tokens in the brackets of CREATE INDEX … USING … (…).
std::optional<std::pair<std::size_t, std::size_t>> index_key(const SqlTokens& tokens) {
  const auto open = find(tokens, find(tokens, 0, Type::word, "USING"), Type::symbol, "(");
  const auto close = closing(tokens, open);
  if (close >= tokens.size()) return std::nullopt;
  return std::pair(open + 1, close);
}

bool is_one_of(const SqlToken& token, std::initializer_list<std::string_view> symbols) {
  return std::ranges::any_of(symbols, [&](std::string_view symbol) { return token.is(Type::symbol, symbol); });
}

/// The catalog writes keywords in upper case, and quotes names that have some.
bool is_keyword(const SqlToken& token) {
  return token.type == Type::word && token.text.front() >= 'A' && token.text.front() <= 'Z';
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
  const auto key = tokens ? index_key(*tokens) : std::nullopt;
  if (!key) return std::nullopt;
  const auto end = find(*tokens, key->second, Type::symbol, ";");
  const auto where = std::min(find(*tokens, key->second, Type::word, "WHERE"), end);
  return IndexNames{column_names(*tokens, key->first, key->second), column_names(*tokens, where, end)};
}

bool reads_whole_values(std::string_view create_sql) {
  const auto tokens = sql_tokens(create_sql);
  const auto key = tokens ? index_key(*tokens) : std::nullopt;
  if (!key) return false;
  for (std::size_t i = key->first; i < key->second; ++i) {
    const SqlToken& token = (*tokens)[i];
    const bool called = i + 1 < key->second && (*tokens)[i + 1].is(Type::symbol, "(");
    const bool cast = i > 0 && (*tokens)[i - 1].is(Type::symbol, ":");
    if (token.is_name()) {
      if (called && token.text != "lower" && token.text != "upper") return false;
      if (cast && token.text != "text") return false;
      if (is_keyword(token) && token.text != "COLLATE") return false;
    } else if (!is_one_of(token, {"(", ")", ",", ":", "."})) {
      return false;
    }
  }
  return true;
}

}  // namespace pgcoffer::policy
