#include "restore/written_name.hpp"

#include <fmt/format.h>

#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {

bool has_quotes(std::string_view text) {
  return text.find('"') != std::string_view::npos;
}

std::size_t find_unquoted(std::string_view text, char wanted, std::size_t from) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == wanted && !quoted && at >= from) return at;
  }
  return std::string_view::npos;
}

std::optional<std::vector<std::string>> quoted_names(const std::string& text) {
  std::vector<std::string> names(1);
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool twice = c == '"' && at + 1 < text.size() && text[at + 1] == '"';
    if (quoted && twice) {
      names.back() += '"';
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == '.' && !quoted) {
      names.emplace_back();
    } else {
      names.back() += c;
    }
  }
  for (const std::string& name : names)
    if (name.empty()) return std::nullopt;
  return quoted ? std::nullopt : std::optional(names);
}

void refuse_name(const std::string& text, const char* option) {
  throw Error(Kind::usage, fmt::format("{}: {} is no name", option, text))
      .hint("Within double quotes a name stands as it is, with quotes doubled.");
}

QualifiedName table_name(const std::string& text, const char* option) {
  if (!has_quotes(text)) {
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos) return {"", text};
    return {text.substr(0, dot), text.substr(dot + 1)};
  }
  const auto names = quoted_names(text);
  if (!names || names->size() > 2) refuse_name(text, option);
  return names->size() == 2 ? QualifiedName{names->front(), names->back()} : QualifiedName{"", names->front()};
}

bool names_table(const std::string& text, const QualifiedName& table, const char* option) {
  if (!has_quotes(text)) return table.name == text || table.schema + "." + table.name == text;
  const QualifiedName wanted = table_name(text, option);
  return table.name == wanted.name && (wanted.schema.empty() || wanted.schema == table.schema);
}

}  // namespace pgcoffer::restoring
