#include "policy/sql_text.hpp"

#include <algorithm>

namespace pgcoffer::policy {
namespace {

using Type = SqlToken::Type;

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/// Reads from the opening quote on; false when the closing one is missing or a backslash escapes anything but itself
/// and the quote.
bool read_quoted(std::string_view sql, std::size_t& at, bool escapes, std::string& content) {
  const char quote = sql[at++];
  for (; at < sql.size(); ++at) {
    const char next = at + 1 < sql.size() ? sql[at + 1] : '\0';
    if (sql[at] == quote && next != quote) {
      ++at;
      return true;
    }
    if (escapes && sql[at] == '\\' && next != '\\' && next != quote) return false;
    if (sql[at] == quote || (escapes && sql[at] == '\\')) ++at;
    content += sql[at];
  }
  return false;
}

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

std::optional<SqlTokens> sql_tokens(std::string_view sql) {
  SqlTokens result;
  for (std::size_t at = 0; at < sql.size();) {
    if (is_blank(sql[at])) {
      ++at;
      continue;
    }
    SqlToken token;
    token.begin = at;
    const bool escapes = sql[at] == 'E' && at + 1 < sql.size() && sql[at + 1] == '\'';
    if (escapes) ++at;
    if (sql[at] == '\'' || sql[at] == '"') {
      token.type = sql[at] == '"' ? Type::quoted_name : Type::literal;
      if (!read_quoted(sql, at, escapes, token.text)) return std::nullopt;
    } else if (in_word(sql[at])) {
      token.type = Type::word;
      for (; at < sql.size() && in_word(sql[at]); ++at) token.text += sql[at];
    } else {
      token.text = sql[at++];
    }
    token.end = at;
    result.push_back(std::move(token));
  }
  return result;
}

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
