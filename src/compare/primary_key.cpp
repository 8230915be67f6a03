#include "compare/primary_key.hpp"

namespace pgcoffer::comparing {
namespace {

constexpr std::string_view kWords = "PRIMARY KEY (";

/// The names of a list such as `id, "Some ""name"""`, up to its parenthesis.
std::vector<std::string> names(std::string_view text) {
  std::vector<std::string> list(1);
  for (std::size_t at = 0; at < text.size() && text[at] != ')'; ++at) {
    if (text[at] == ',') {
      list.emplace_back();
    } else if (text[at] == '"') {
      for (++at; at < text.size() && (text[at] != '"' || text.substr(at, 2) == "\"\""); ++at) {
        if (text[at] == '"') ++at;
        list.back() += text[at];
      }
    } else if (text[at] != ' ') {
      list.back() += text[at];
    }
  }
  return list;
}

}  // namespace

std::vector<std::string> primary_key(const archive::Toc& toc, const QualifiedName& table) {
  for (const archive::TocEntry& entry : toc.entries) {
    if (entry.kind != "CONSTRAINT" || entry.table_name != table.name || entry.table_schema != table.schema) continue;
    const std::size_t start = entry.create.find(kWords);
    if (start == std::string::npos) continue;
    std::string_view list = std::string_view(entry.create).substr(start + kWords.size());
    // A period in a key does not tell rows apart by equality.
    if (list.substr(0, list.find(')')).find(" WITHOUT OVERLAPS") != std::string_view::npos) return {};
    return names(list);
  }
  return {};
}

}  // namespace pgcoffer::comparing
