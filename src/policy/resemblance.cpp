#include "policy/resemblance.hpp"

#include <charconv>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "policy/affixes.hpp"
#include "policy/resemblance_weights.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

std::string_view holds(const Column& column) {
  if (column.array) return "array";
  if (column.value_class == catalog::ValueClass::json) return "json";
  if (column.base_type == "uuid" || column.base_type == "bytea") return column.base_type;
  return column.value_class == catalog::ValueClass::number ? "number" : "text";
}

/// "trait=number" a line, in thousandths.
std::unordered_map<std::string_view, int> parsed(std::string_view lines) {
  std::unordered_map<std::string_view, int> weights;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    const auto tab = line.find('\t');
    int weight = 0;
    std::from_chars(line.data() + tab + 1, line.data() + line.size(), weight);
    weights.emplace(line.substr(0, tab), weight);
  }
  return weights;
}

}  // namespace

std::vector<std::string> traits_of(const Table& table, const QualifiedName& name, const Column& column) {
  const Affixes affixes = affixes_of(table);
  const Words own = words(affixes.taken_off(column.name));
  if (own.empty()) return {};
  std::unordered_set<std::string> traits;
  for (std::size_t i = 0; i < own.size(); ++i) {
    traits.insert("w=" + own[i]);
    if (i > 0) traits.insert("b=" + own[i - 1] + " " + own[i]);
  }
  traits.insert("f=" + own.front());
  traits.insert("l=" + own.back());
  traits.insert("t=" + std::string(holds(column)));
  for (const std::string& word : words_of_table(name.name)) {
    traits.insert("T=" + word);
    traits.insert("P=" + word + " " + own.back());
  }
  for (const Column& other : table.columns) {
    if (other.name == column.name) continue;
    for (const std::string& word : words(affixes.taken_off(other.name))) traits.insert("N=" + word);
  }
  return {traits.begin(), traits.end()};
}

bool resembles_credential(const Table& table, const QualifiedName& name, const Column& column) {
  static const auto weights = parsed(kResemblanceWeights);
  int sum = kResemblanceStart;
  for (const std::string& trait : traits_of(table, name, column))
    if (const auto found = weights.find(trait); found != weights.end()) sum += found->second;
  return sum > 0;
}

}  // namespace pgcoffer::policy
