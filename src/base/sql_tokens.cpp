#include "base/sql_tokens.hpp"

#include <algorithm>

namespace pgcoffer {
namespace {

using Type = SqlToken::Type;

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/// Behind blanks or a comment that begins here.
std::size_t skip(std::string_view sql, std::size_t at) {
  if (is_blank(sql[at])) return at + 1;
  const std::string_view rest = sql.substr(at);
  if (rest.starts_with("--")) return std::min(sql.find('\n', at), sql.size());
  if (!rest.starts_with("/*")) return at;
  int depth = 0;
  for (; at < sql.size(); ++at) {
    const std::string_view two = sql.substr(at, 2);
    if (two == "/*") {
      ++depth;
      ++at;
    } else if (two == "*/") {
      ++at;
      if (--depth == 0) return at + 1;
    }
  }
  return sql.size();
}

/// "$tag$" or "$$", where one begins here.
std::string_view dollar_tag(std::string_view sql, std::size_t at) {
  std::size_t end = at + 1;
  while (end < sql.size() && sql[end] != '$' && in_word(sql[end])) ++end;
  const bool digit = at + 1 < sql.size() && sql[at + 1] >= '0' && sql[at + 1] <= '9';  // a parameter, $1
  if (digit || end >= sql.size() || sql[end] != '$') return {};
  return sql.substr(at, end - at + 1);
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

}  // namespace

std::optional<SqlTokens> sql_tokens(std::string_view sql) {
  SqlTokens result;
  for (std::size_t at = 0; at < sql.size();) {
    if (const std::size_t next = skip(sql, at); next != at) {
      at = next;
      continue;
    }
    SqlToken token;
    token.begin = at;
    const bool escapes = sql[at] == 'E' && at + 1 < sql.size() && sql[at + 1] == '\'';
    if (escapes) ++at;
    if (sql[at] == '\'' || sql[at] == '"') {
      token.type = sql[at] == '"' ? Type::quoted_name : Type::literal;
      if (!read_quoted(sql, at, escapes, token.text)) return std::nullopt;
    } else if (sql[at] == '$' && !dollar_tag(sql, at).empty()) {
      token.type = Type::literal;
      const std::string_view tag = dollar_tag(sql, at);
      const std::size_t end = sql.find(tag, at + tag.size());
      if (end == std::string_view::npos) return std::nullopt;
      token.text = sql.substr(at + tag.size(), end - at - tag.size());
      at = end + tag.size();
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

}  // namespace pgcoffer
