#include "audit/sql_words.hpp"

namespace pgcoffer::audit {
namespace {

bool in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// The name in double quotes that begins at `at`, which is moved behind it.
std::string quoted_name(std::string_view text, std::size_t& at) {
  std::string name;
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') {
      if (at + 1 == text.size() || text[at + 1] != '"') break;
      ++at;
    }
    name += text[at];
  }
  ++at;
  return name;
}

}  // namespace

std::vector<SqlWord> sql_words(std::string_view statement) {
  std::vector<SqlWord> words;
  for (std::size_t at = 0; at < statement.size();) {
    if (statement[at] == '"') {
      words.push_back({quoted_name(statement, at), true});
      continue;
    }
    const std::size_t start = at;
    while (at < statement.size() && in_name(statement[at])) ++at;
    if (at == start) ++at;
    const std::string_view word = statement.substr(start, at - start);
    if (word.find_first_of(" \t\r\n") == std::string_view::npos) words.push_back({std::string(word), false});
  }
  return words;
}

}  // namespace pgcoffer::audit
