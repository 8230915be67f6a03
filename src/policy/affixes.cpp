#include "policy/affixes.hpp"

#include <algorithm>

#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

/// Tables with fewer columns may have such names by chance.
constexpr std::size_t fewest_columns = 4;
/// Affixes that say what a column holds, or that it holds something about it.
constexpr WordSet telling(
    "email mail phone address ip name password passwd token key secret card account contact birth id ids key at on "
    "by type count num number date time flag status code name enabled url uri is has can show hide allow enable "
    "last first max min total num no nr hash salt size length content mac server host");

/// The first word with its underscore, or the last one; empty for a name that is one word.
std::string_view prefix_of(std::string_view name) {
  const auto first = name.find('_');
  return first == std::string_view::npos || first == 0 || first + 1 == name.size() ? "" : name.substr(0, first + 1);
}

std::string_view suffix_of(std::string_view name) {
  const auto last = name.rfind('_');
  return last == std::string_view::npos || last == 0 || last + 1 == name.size() ? "" : name.substr(last);
}

/// What three of five columns have, or more.
std::string_view of_most(const catalog::Table& table, std::string_view (*affix)(std::string_view)) {
  std::string_view candidate;
  std::size_t lead = 0, count = 0;
  for (const auto& column : table.columns) {
    const auto found = affix(column.name);
    if (lead == 0) candidate = found;
    lead = found == candidate ? lead + 1 : lead - 1;
  }
  for (const auto& column : table.columns)
    if (affix(column.name) == candidate) ++count;
  const bool most = count >= fewest_columns && count * 5 >= table.columns.size() * 3;
  const Words w = words(candidate);
  return most && !w.empty() && !any_of(w, telling) ? candidate : "";
}

}  // namespace

std::string_view Affixes::taken_off(std::string_view name) const {
  if (!prefix.empty() && name.starts_with(prefix) && name.size() > prefix.size()) name.remove_prefix(prefix.size());
  if (!suffix.empty() && name.ends_with(suffix) && name.size() > suffix.size()) name.remove_suffix(suffix.size());
  return name;
}

Affixes affixes_of(const catalog::Table& table) {
  return {of_most(table, prefix_of), of_most(table, suffix_of)};
}

}  // namespace pgcoffer::policy
