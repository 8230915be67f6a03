#include "policy/resemblance.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "policy/affixes.hpp"
#include "policy/column_sql.hpp"
#include "policy/flags.hpp"
#include "policy/resemblance_weights.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

/// Types that hold what programs and people write down.
bool takes_any_text(const Column& column) {
  constexpr std::string_view types = ",text,character varying,character,bytea,json,jsonb,";
  return types.find("," + column.base_type + ",") != std::string_view::npos || is_citext(column);
}

std::string_view holds(const Column& column) {
  if (column.array) return "array";
  if (column.value_class == catalog::ValueClass::json) return "json";
  if (column.base_type == "uuid" || column.base_type == "bytea") return column.base_type;
  return column.value_class == catalog::ValueClass::number ? "number" : "text";
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

bool can_resemble(const Column& column) {
  return takes_any_text(column) && !is_flag(column);
}

bool is_in_key(const Table& table, const Column& column) {
  const auto holds = [&](const auto& key) { return std::ranges::find(key.columns, column.name) != key.columns.end(); };
  return std::ranges::any_of(table.unique_keys, holds) || std::ranges::any_of(table.foreign_keys, holds);
}

Weights::Weights(int start, std::string_view lines) : start_(start) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    const auto tab = line.find('\t');
    int weight = 0;
    std::from_chars(line.data() + tab + 1, line.data() + line.size(), weight);
    of_.emplace(line.substr(0, tab), weight);
  }
}

int Weights::sum(const std::vector<std::string>& traits) const {
  int sum = start_;
  for (const std::string& trait : traits)
    if (const auto found = of_.find(trait); found != of_.end()) sum += found->second;
  return sum;
}

bool resembles(const Weights& weights, const Table& table, const QualifiedName& name, const Column& column) {
  return weights.sum(traits_of(table, name, column)) > 0;
}

const Weights& credential_weights() {
  static const Weights weights(kCredentialStart, kCredentialWeights);
  return weights;
}

const Weights& personal_data_weights() {
  static const Weights weights(kPersonalDataStart, kPersonalDataWeights);
  return weights;
}

}  // namespace pgcoffer::policy
