#include "restore/map_arguments.hpp"

#include <fmt/format.h>

#include <optional>

#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {
namespace {

struct Sides {
  std::string from, to;  ///< as they were written
};

Sides split_map(const std::string& text, const char* option) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == '=' && !quoted && at > 0 && at + 1 < text.size()) return {text.substr(0, at), text.substr(at + 1)};
  }
  throw Error(Kind::usage, fmt::format("{} \"{}\" is not OLD=NEW", option, text))
      .hint("Names stand as they are; one with = or quotes in it within double quotes: '\"a=b\"=c'.");
}

bool has_quotes(const std::string& text) {
  return text.find('"') != std::string::npos;
}

/// Names with dots between them, each bare or within quotes; nothing where that is not what the text is.
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

[[noreturn]] void refuse(const std::string& text, const char* option) {
  throw Error(Kind::usage, fmt::format("{}: {} is no name", option, text))
      .hint("Within double quotes a name stands as it is, with quotes doubled.");
}

std::string one_name(const std::string& text, const char* option) {
  if (!has_quotes(text)) return text;
  const auto names = quoted_names(text);
  if (!names || names->size() != 1) refuse(text, option);
  return names->front();
}

QualifiedName table_name(const std::string& text) {
  if (!has_quotes(text)) {
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos) return {"", text};
    return {text.substr(0, dot), text.substr(dot + 1)};
  }
  const auto names = quoted_names(text);
  if (!names || names->size() > 2) refuse(text, "--map-table");
  return names->size() == 2 ? QualifiedName{names->front(), names->back()} : QualifiedName{"", names->front()};
}

}  // namespace

NameMap name_map(const std::string& text, const char* option) {
  const Sides sides = split_map(text, option);
  return {one_name(sides.from, option), one_name(sides.to, option)};
}

std::map<std::string, std::string> name_maps(const std::vector<std::string>& texts, const char* option) {
  std::map<std::string, std::string> names;
  for (const std::string& text : texts) {
    const auto [from, to] = name_map(text, option);
    if (!names.emplace(from, to).second)
      throw Error(Kind::usage, fmt::format("{} maps \"{}\" twice", option, from)).hint("Leave out one of them.");
  }
  return names;
}

bool TableMap::is_from(const QualifiedName& table) const {
  if (!has_quotes(from)) return table.name == from || table.schema + "." + table.name == from;
  const QualifiedName wanted = table_name(from);
  return table.name == wanted.name && (wanted.schema.empty() || wanted.schema == table.schema);
}

TableMap table_map(const std::string& text) {
  const Sides sides = split_map(text, "--map-table");
  return {sides.from, table_name(sides.to)};
}

}  // namespace pgcoffer::restoring
