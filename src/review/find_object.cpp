#include "review/find_object.hpp"

#include <fmt/format.h>

#include <pgcoffer/error.hpp>
#include <string>
#include <vector>

namespace pgcoffer::review {
namespace {

/// Parts between dots, as SQL reads them: folded to lower case, or in double quotes.
std::vector<std::string> parts(std::string_view name) {
  std::vector<std::string> result(1);
  bool quoted = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '"') {
      const bool doubled = quoted && i + 1 < name.size() && name[i + 1] == '"';
      if (doubled) result.back() += name[++i];
      if (!doubled) quoted = !quoted;
    } else if (c == '.' && !quoted) {
      result.emplace_back();
    } else {
      result.back() += !quoted && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return result;
}

class Search {
 public:
  explicit Search(const catalog::Catalog& catalog) : catalog_(catalog) {}

  void tables(const std::string& schema, const std::string& table, const std::string& column) {
    for (std::size_t i = 0; i < catalog_.tables.size(); ++i) {
      const catalog::Table& found = catalog_.tables[i];
      if (found.name.name != table || (!schema.empty() && found.name.schema != schema)) continue;
      if (column.empty()) places_.push_back({i, std::nullopt});
      for (std::size_t c = 0; c < found.columns.size() && !column.empty(); ++c)
        if (found.columns[c].name == column) places_.push_back({i, c});
    }
  }
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }

 private:
  const catalog::Catalog& catalog_;
  std::vector<Place> places_;
};

}  // namespace

Place find_object(const catalog::Catalog& catalog, std::string_view name) {
  const std::vector<std::string> p = parts(name);
  Search search(catalog);
  if (p.size() == 1) search.tables("", p[0], "");
  if (p.size() == 2) search.tables(p[0], p[1], "");
  if (p.size() == 2 && search.places().empty()) search.tables("", p[0], p[1]);
  if (p.size() == 3) search.tables(p[0], p[1], p[2]);
  if (search.places().empty())
    throw Error(Kind::not_found, fmt::format("there is no table or column \"{}\"", name))
        .hint("Write schema.table or schema.table.column, with double quotes around names that have capitals.");
  if (search.places().size() > 1)
    throw Error(Kind::usage, fmt::format("\"{}\" is the name of several tables or columns", name))
        .hint("Write the schema before it.");
  return search.places().front();
}

}  // namespace pgcoffer::review
