#include "restore/map_arguments.hpp"

#include <fmt/format.h>

#include "pgcoffer/error.hpp"
#include "restore/written_name.hpp"

namespace pgcoffer::restoring {
namespace {

struct Sides {
  std::string from, to;  ///< as they were written
};

Sides split_map(const std::string& text, const char* option) {
  const std::size_t at = find_unquoted(text, '=', 1);
  if (at != std::string::npos && at + 1 < text.size()) return {text.substr(0, at), text.substr(at + 1)};
  throw Error(Kind::usage, fmt::format("{} \"{}\" is not OLD=NEW", option, text))
      .hint("Names stand as they are; one with = or quotes in it within double quotes: '\"a=b\"=c'.");
}

std::string one_name(const std::string& text, const char* option) {
  if (!has_quotes(text)) return text;
  const auto names = quoted_names(text);
  if (!names || names->size() != 1) refuse_name(text, option);
  return names->front();
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
  return names_table(from, table, "--map-table");
}

TableMap table_map(const std::string& text) {
  const Sides sides = split_map(text, "--map-table");
  return {sides.from, table_name(sides.to, "--map-table")};
}

}  // namespace pgcoffer::restoring
