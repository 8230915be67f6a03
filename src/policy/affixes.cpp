#include "policy/affixes.hpp"

#include <algorithm>

#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

/// Tables with fewer columns may have such names by chance.
constexpr std::size_t fewest_columns = 3;
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

/// Whether a table's name, or a part of it, begins with these letters and is longer: `pat` of `patients`.
bool is_short_for(std::string_view letters, std::string_view table) {
  constexpr std::size_t fewest_letters = 3;
  if (letters.size() < fewest_letters) return false;
  for (std::size_t at = 0; at + letters.size() < table.size(); ++at) {
    const bool begins = at == 0 || table[at - 1] == '_';
    const std::string_view rest = table.substr(at + letters.size());
    const auto more = rest.substr(0, rest.find('_'));
    if (begins && table.substr(at, letters.size()) == letters && !more.empty() && more != "s") return true;
  }
  return false;
}

/// What several columns have and the table's name is short for.
std::string_view of_table(const catalog::Table& table, std::string_view (*affix)(std::string_view)) {
  constexpr WordSet other("use pass pin sec sub act log auth cert host serv");
  for (const auto& column : table.columns) {
    const auto found = affix(column.name);
    if (found.empty()) continue;
    const std::string_view letters = found.front() == '_' ? found.substr(1) : found.substr(0, found.size() - 1);
    if (telling.contains(letters) || other.contains(letters) || !is_short_for(letters, table.name.name)) continue;
    const auto count = std::count_if(table.columns.begin(), table.columns.end(),
                                     [&](const auto& other_column) { return affix(other_column.name) == found; });
    if (count > 1) return found;
  }
  return "";
}

/// What all names begin with where there is nothing between it and the rest: OX of OXID, OXFNAME, OXCITY.
std::string_view letters_of_all(const catalog::Table& table) {
  constexpr std::size_t fewest = 6, most_letters = 4;
  if (table.columns.size() < fewest) return "";
  std::string_view common = table.columns.front().name;
  for (const auto& column : table.columns) {
    const auto differs = std::mismatch(common.begin(), common.end(), column.name.begin(), column.name.end()).first;
    common = common.substr(0, static_cast<std::size_t>(differs - common.begin()));
  }
  return common.size() >= 2 && common.size() <= most_letters && !telling.contains(common) ? common : "";
}

/// A capital letter that most names end with, behind what is written small in some: C of nomeC, capLC, IBANC.
std::string_view capital_of_most(const catalog::Table& table) {
  constexpr std::size_t fewest = 6;
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string_view capital;
  for (const auto& column : table.columns)
    if (const std::string_view name = column.name;
        name.size() > 2 && is_capital(name.back()) && is_small(name[name.size() - 2]))
      capital = name.substr(name.size() - 1);
  if (capital.empty()) return "";
  std::size_t count = 0, behind_small = 0;
  for (const auto& column : table.columns) {
    const std::string_view name = column.name;
    if (name.size() < 3 || !name.ends_with(capital)) continue;
    ++count;
    if (is_small(name[name.size() - 2])) ++behind_small;
  }
  return count >= fewest && behind_small >= fewest_columns && count * 5 >= table.columns.size() * 3 ? capital : "";
}

std::string_view found_affix(const catalog::Table& table, std::string_view (*affix)(std::string_view)) {
  const auto most = of_most(table, affix);
  return most.empty() ? of_table(table, affix) : most;
}

}  // namespace

std::string_view Affixes::taken_off(std::string_view name) const {
  if (!prefix.empty() && name.starts_with(prefix) && name.size() > prefix.size()) name.remove_prefix(prefix.size());
  if (!suffix.empty() && name.ends_with(suffix) && name.size() > suffix.size()) name.remove_suffix(suffix.size());
  return name;
}

Affixes affixes_of(const catalog::Table& table) {
  const auto prefix = found_affix(table, prefix_of);
  const auto suffix = found_affix(table, suffix_of);
  return {prefix.empty() ? letters_of_all(table) : prefix, suffix.empty() ? capital_of_most(table) : suffix};
}

}  // namespace pgcoffer::policy
