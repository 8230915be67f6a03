#include "audit/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

namespace pgcoffer::audit {
namespace {

using archive::Table;

/// Types whose equal values are written alike.
std::string comparable(const std::string& type) {
  constexpr std::array<std::string_view, 3> integers{"smallint", "integer", "bigint"};
  const std::string base = type.substr(0, type.find('('));
  if (std::ranges::find(integers, base) != integers.end()) return "integer";
  if (base == "text" || base == "character varying") return "text";
  return base;
}

/// Types whose equal values may be written in different ways.
bool has_many_spellings(const std::string& type) {
  return type.starts_with("numeric") || type.starts_with("character(") || type == "character" ||
         type.find("citext") != std::string::npos || type == "real" || type == "double precision";
}

const archive::Column* find_column(const Table& table, const std::string& name) {
  const auto found = std::ranges::find(table.columns, name, &archive::Column::name);
  return found == table.columns.end() ? nullptr : &*found;
}

/// Which fields of the table's rows the columns are; nothing when one is not in the rows.
std::optional<std::vector<std::size_t>> fields_of(const Table& table, const std::vector<std::string>& names) {
  const auto in_rows = archive::columns_in_rows(table);
  std::vector<std::size_t> result;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(in_rows, name, &rows::Column::name);
    if (found == in_rows.end()) return std::nullopt;
    result.push_back(static_cast<std::size_t>(found - in_rows.begin()));
  }
  return result;
}

std::string why_not_comparable(const Table& from, const Table& to, const ForeignKey& key) {
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const auto* column = find_column(from, key.columns[i]);
    const auto* other = find_column(to, key.referenced_columns[i]);
    if (column == nullptr || other == nullptr) continue;
    if (has_many_spellings(column->type) || has_many_spellings(other->type) ||
        comparable(column->type) != comparable(other->type))
      return fmt::format("equal values of types {} and {} may be written differently", column->type, other->type);
  }
  return "";
}

void sort_unique(std::vector<std::uint64_t>& hashes) {
  std::ranges::sort(hashes);
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

/// What the manifest says of references that were left pointing nowhere.
std::string permitted(const archive::Manifest& manifest, const ForeignKey& key) {
  if (!key.validated) return "it is NOT VALID or NOT ENFORCED";
  for (const Table& table : manifest.tables)
    for (const archive::MissingParents& missing : table.missing_parents)
      if (QualifiedName{table.schema, table.name} == key.table && missing.reference == key.name &&
          missing.handling == "leave")
        return "the policy leaves rows whose parent is left out";
  return "";
}

}  // namespace

std::string_view to_string(ForeignKeyResult::Outcome outcome) noexcept {
  switch (outcome) {
    case ForeignKeyResult::Outcome::holds:
      return "holds";
    case ForeignKeyResult::Outcome::broken:
      return "broken";
    case ForeignKeyResult::Outcome::permitted:
      return "permitted";
    case ForeignKeyResult::Outcome::unchecked:
      break;
  }
  return "unchecked";
}

References::References(const archive::Manifest& manifest, const archive::Toc& toc)
    : keys_(foreign_keys(toc)), states_(keys_.size()), sides_(manifest.tables.size()) {
  for (const ForeignKey& key : keys_) permitted_.push_back(permitted(manifest, key));
  for (std::size_t key = 0; key < keys_.size(); ++key) prepare(manifest, toc, key);
}

void References::prepare(const archive::Manifest& manifest, const archive::Toc& toc, std::size_t number) {
  const ForeignKey& key = keys_[number];
  State& state = states_[number];
  const auto from = with_partitions(manifest, toc, key.table);
  const auto to = with_partitions(manifest, toc, key.referenced);
  if (key.period) state.unchecked = "it is one over periods";
  if (to.empty()) state.unchecked = "the table that it references is not in the archive";
  if (state.unchecked.empty() && !from.empty())
    state.unchecked = why_not_comparable(manifest.tables[from.front()], manifest.tables[to.front()], key);
  std::vector<std::pair<std::size_t, Side>> sides;
  const auto add = [&](const std::vector<std::size_t>& tables, const std::vector<std::string>& columns,
                       bool referenced) {
    for (const std::size_t table : tables) {
      if (!manifest.tables[table].has_rows) continue;
      const auto fields = fields_of(manifest.tables[table], columns);
      if (fields) sides.emplace_back(table, Side{number, referenced, *fields});
      if (!fields && state.unchecked.empty()) state.unchecked = "a column of it is not in the rows";
    }
  };
  add(from, key.columns, false);
  add(to, key.referenced_columns, true);
  if (!manifest.has_data && state.unchecked.empty()) state.unchecked = "the archive has no rows";
  if (!state.unchecked.empty()) return;
  for (auto& [table, side] : sides) sides_[table].push_back(std::move(side));
}

void References::Batch::add(const std::vector<const std::string*>& fields) {
  std::string joined;
  for (std::size_t i = 0; i < sides_->size(); ++i) {
    joined.clear();
    bool null = false;
    for (const std::size_t field : (*sides_)[i].fields) {
      null = null || fields[field] == nullptr;
      if (!null) joined += fmt::format("{}:{}", fields[field]->size(), *fields[field]);
    }
    // MATCH SIMPLE: a key with a null in it references nothing.
    if (!null) hashes_[i].push_back(std::hash<std::string>()(joined));
  }
}

void References::add(const Batch& batch) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < batch.sides_->size(); ++i) {
    const Side& side = (*batch.sides_)[i];
    auto& all = side.referenced ? states_[side.key].referenced : states_[side.key].referencing;
    // Made smaller when that may pay: keys repeat on the referencing side.
    if (all.size() + batch.hashes_[i].size() > all.capacity()) sort_unique(all);
    all.insert(all.end(), batch.hashes_[i].begin(), batch.hashes_[i].end());
  }
}

std::vector<ForeignKeyResult> References::results() {
  std::vector<ForeignKeyResult> results;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    using Outcome = ForeignKeyResult::Outcome;
    State& state = states_[i];
    ForeignKeyResult result;
    result.table = display_name(keys_[i].table);
    result.name = keys_[i].name;
    result.references = display_name(keys_[i].referenced);
    if (!state.unchecked.empty()) {
      result.outcome = Outcome::unchecked;
      result.why = state.unchecked;
    } else {
      sort_unique(state.referencing);
      sort_unique(state.referenced);
      result.missing = static_cast<std::uint64_t>(std::ranges::count_if(
          state.referencing, [&](std::uint64_t hash) { return !std::ranges::binary_search(state.referenced, hash); }));
      if (result.missing > 0) result.outcome = permitted_[i].empty() ? Outcome::broken : Outcome::permitted;
      if (result.missing > 0) result.why = permitted_[i];
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace pgcoffer::audit
