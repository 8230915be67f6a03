#include "audit/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "base/counted.hpp"

namespace pgcoffer::audit {
namespace {

using archive::Table;

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

std::string alike(const std::string& type, const std::string& other) {
  const std::string types = type == other ? "type " + type : fmt::format("types {} and {}", type, other);
  return fmt::format("equal values of {} may be written differently", types);
}

bool beyond_ascii(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
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
  const KeyTypes types(toc);
  for (std::size_t key = 0; key < keys_.size(); ++key) prepare(manifest, toc, types, key);
}

References::Compared References::compare(const Table& from, const Table& to, const KeyTypes& types,
                                         std::size_t number) {
  const ForeignKey& key = keys_[number];
  State& state = states_[number];
  const bool collated = types.has_such_collation(key.table) || types.has_such_collation(key.referenced);
  Compared result;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const auto* column = find_column(from, key.columns[i]);
    const auto* other = find_column(to, key.referenced_columns[i]);
    if (column == nullptr || other == nullptr) return {};  // they are in no rows either
    const ComparedTypes compared = types.compare(column->type, other->type);
    result.referencing.push_back(compared.referencing);
    result.referenced.push_back(compared.referenced);
    const bool doubtful = !compared.certain || (compared.texts && collated);
    state.doubtful = state.doubtful || doubtful;
    if (doubtful || compared.referenced == Spelling::capitals) state.doubt = alike(column->type, other->type);
  }
  return result;
}

void References::prepare(const archive::Manifest& manifest, const archive::Toc& toc, const KeyTypes& types,
                         std::size_t number) {
  const ForeignKey& key = keys_[number];
  State& state = states_[number];
  const auto from = with_partitions(manifest, toc, key.table);
  const auto to = with_partitions(manifest, toc, key.referenced);
  if (key.period) state.unchecked = "it is one over periods";
  if (to.empty()) state.unchecked = "the table that it references is not in the archive";
  Compared compared;
  if (!from.empty() && !to.empty())
    compared = compare(manifest.tables[from.front()], manifest.tables[to.front()], types, number);
  std::vector<std::pair<std::size_t, Side>> sides;
  const auto add = [&](const std::vector<std::size_t>& tables, const std::vector<std::string>& columns,
                       bool referenced) {
    for (const std::size_t table : tables) {
      if (!manifest.tables[table].has_rows) continue;
      const auto fields = fields_of(manifest.tables[table], columns);
      if (fields)
        sides.emplace_back(table,
                           Side{number, referenced, *fields, referenced ? compared.referenced : compared.referencing});
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
  std::string joined, scratch;
  for (std::size_t i = 0; i < sides_->size(); ++i) {
    const Side& side = (*sides_)[i];
    joined.clear();
    bool null = false;
    for (std::size_t f = 0; f < side.fields.size(); ++f) {
      const std::string* field = fields[side.fields[f]];
      null = field == nullptr;
      if (null) break;
      const std::string_view value = spelled(*field, side.spellings[f], scratch);
      joined += fmt::format("{}:{}", value.size(), value);
      if (side.spellings[f] == Spelling::capitals && beyond_ascii(value)) beyond_ascii_[i] = true;
    }
    // MATCH SIMPLE: a key with a null in it references nothing.
    if (!null) hashes_[i].push_back(std::hash<std::string>()(joined));
  }
}

void References::add(const Batch& batch) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < batch.sides_->size(); ++i) {
    const Side& side = (*batch.sides_)[i];
    State& state = states_[side.key];
    auto& all = side.referenced ? state.referenced : state.referencing;
    state.doubtful = state.doubtful || batch.beyond_ascii_[i];
    // Made smaller when that may pay: keys repeat on the referencing side.
    if (all.size() + batch.hashes_[i].size() > all.capacity()) sort_unique(all);
    all.insert(all.end(), batch.hashes_[i].begin(), batch.hashes_[i].end());
  }
}

/// Of a key of which some values are not found.
void References::judge(const State& state, const std::string& permitted, ForeignKeyResult& result) {
  using Outcome = ForeignKeyResult::Outcome;
  result.outcome = permitted.empty() ? Outcome::broken : Outcome::permitted;
  result.why = permitted;
  if (!state.doubtful) return;
  result.outcome = Outcome::unchecked;
  result.why =
      fmt::format("{} not found as written, and {}", counted(result.missing, "key is", "keys are"), state.doubt);
  result.missing = 0;
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
      if (result.missing > 0) judge(state, permitted_[i], result);
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace pgcoffer::audit
