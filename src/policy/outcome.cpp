#include <algorithm>

#include "policy/checks.hpp"
#include "policy/lineage.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {
namespace {

std::string special_name(catalog::Oid table, const std::string& constraint) {
  return std::to_string(table) + " " + constraint;
}

}  // namespace

Outcome::Outcome(const catalog::Catalog& whole, Verdicts& decided) : catalog(whole), verdicts(decided) {
  const auto& tables = catalog.tables;
  references_.resize(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i) index_.emplace(tables[i].oid, i);
  trace_partitions();
  for (std::size_t i = 0; i < tables.size(); ++i)
    for (const auto& key : tables[i].foreign_keys) {
      const auto to = index_.find(key.referenced);
      if (to == index_.end() || !key.enforced || !tables[i].selected || !tables[to->second].selected) continue;
      references_[to->second].push_back({&tables[i], &key, i, to->second});
    }
  for (const auto& object : catalog.objects) {
    const auto* table = object.kind == "TABLE" ? find(object.table) : nullptr;
    if (table == nullptr || table->relkind != 'p') continue;
    const std::string_view sql = object.create_sql;
    const auto at = sql.rfind("PARTITION BY ");
    if (at != std::string_view::npos) partition_keys_.emplace(object.table, identifiers(sql.substr(at)));
  }
}

const std::unordered_set<std::string>& Outcome::special() const {
  if (special_) return *special_;
  special_.emplace();
  for (const auto& object : catalog.objects) {
    const auto* table = find(object.table);
    if (table == nullptr || object.kind == "TABLE") continue;
    const std::string_view text = object.kind == "FK CONSTRAINT" ? "MATCH FULL" : "NULLS NOT DISTINCT";
    if (object.create_sql.find(text) == std::string::npos) continue;
    // An index entry has the index's name, a constraint's entry the table's name before its own.
    const auto prefix = object.kind == "INDEX" ? 0 : table->name.name.size() + 1;
    if (object.name.size() > prefix) special_->insert(special_name(object.table, object.name.substr(prefix)));
  }
  return *special_;
}

void Outcome::trace_partitions() {
  const auto& tables = catalog.tables;
  const Lineage lineage(catalog);
  holders_.resize(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i) {
    std::vector<std::size_t> wholes = {i};
    for (const auto* above : lineage.above(tables[i])) wholes.push_back(index(*above));
    if (tables[i].relkind != 'p' && stores_rows(tables[i]))
      for (const auto whole : wholes) holders_[whole].push_back(i);
    rows_of_.push_back(std::move(wholes));
  }
}

bool Outcome::special(const catalog::Table& table, const std::string& constraint) const {
  return std::ranges::any_of(rows_of(index(table)), [&](std::size_t one) {
    return special().contains(special_name(catalog.tables[one].oid, constraint));
  });
}

bool Outcome::nulls_equal(const catalog::Table& table, const catalog::UniqueKey& key) const {
  return special(table, key.name);
}

const catalog::Object* Outcome::index_of(const catalog::Table& table, const catalog::UniqueKey& key) const {
  for (const catalog::Object& object : catalog.objects)
    if (object.kind == "INDEX" && object.table == table.oid && object.name == key.name) return &object;
  return nullptr;
}

std::optional<IndexNames> Outcome::names(const catalog::Table& table, const catalog::UniqueKey& key) const {
  const catalog::Object* const object = index_of(table, key);
  return object == nullptr ? std::nullopt : index_names(object->create_sql);
}

bool Outcome::whole_values(const catalog::Table& table, const catalog::UniqueKey& key) const {
  const catalog::Object* const object = index_of(table, key);
  return object != nullptr && reads_whole_values(object->create_sql);
}

bool Outcome::mentions(const catalog::Table& table, const catalog::UniqueKey& key,
                       const catalog::Column& column) const {
  const auto found = names(table, key);
  return !found || found->key.count(column.name) != 0;
}

bool Outcome::only_expression(const catalog::Table& table, const catalog::UniqueKey& key,
                              const catalog::Column& column) const {
  const bool expressions =
      std::all_of(key.columns.begin(), key.columns.end(), [](const auto& one) { return one.empty(); });
  const auto found = expressions ? names(table, key) : std::nullopt;
  return found && found->key.count(column.name) != 0 &&
         std::none_of(table.columns.begin(), table.columns.end(), [&](const catalog::Column& other) {
           return other.name != column.name && found->key.count(other.name) != 0;
         });
}

bool Outcome::conditional_on(const catalog::Table& table, const catalog::UniqueKey& key,
                             const catalog::Column& column) const {
  if (!key.partial) return false;
  const auto found = names(table, key);
  return !found || found->predicate.count(column.name) != 0;
}

std::vector<std::string> Outcome::exclusions(const catalog::Table& table, const catalog::Column& column) const {
  std::vector<std::string> result;
  for (const auto& object : catalog.objects) {
    if (object.kind != "CONSTRAINT" || object.table != table.oid ||
        object.create_sql.find("EXCLUDE") == std::string::npos)
      continue;
    const auto tokens = sql_tokens(object.create_sql);
    if (!tokens) continue;
    std::size_t begin = 0;
    while (begin < tokens->size() && !(*tokens)[begin].is(SqlToken::Type::word, "EXCLUDE")) ++begin;
    // An entry of a constraint has the table's name before its own.
    if (column_names(*tokens, begin, tokens->size()).count(column.name) != 0)
      result.push_back(object.name.substr(std::min(object.name.size(), table.name.name.size() + 1)));
  }
  return result;
}

std::size_t Outcome::index(const catalog::Table& table) const {
  return index_.at(table.oid);
}

const catalog::Table* Outcome::find(catalog::Oid table) const {
  const auto found = index_.find(table);
  return found == index_.end() ? nullptr : &catalog.tables[found->second];
}

bool Outcome::keeps_all(std::size_t table) const {
  const auto& verdict = verdicts.tables[table];
  return verdict.action == TableAction::keep && !verdict.filtered();
}

bool Outcome::keeps_some(std::size_t table) const {
  return verdicts.tables[table].action == TableAction::keep && catalog.tables[table].rows_selected;
}

bool Outcome::becomes_null(std::size_t table, std::size_t column) const {
  const auto& columns = catalog.tables[table].columns;
  const auto& decided = verdicts.tables[table].columns;
  if (leaves_null(columns[column], decided[column])) return true;
  if (!columns[column].null_of_null) return false;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (std::ranges::find(columns[column].computed_from, columns[i].attnum) != columns[column].computed_from.end() &&
        leaves_null(columns[i], decided[i]))
      return true;
  return false;
}

std::vector<std::size_t> Outcome::null_columns(std::size_t holder, const catalog::ForeignKey& key) const {
  const auto& table = catalog.tables[holder];
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& name = table.columns[i].name;
    if (std::find(key.columns.begin(), key.columns.end(), name) == key.columns.end()) continue;
    if (becomes_null(holder, i)) result.push_back(i);
  }
  return result;
}

bool Outcome::nulled(const Reference& reference, std::size_t holder) const {
  const auto nulls = null_columns(holder, *reference.key).size();
  return nulls == reference.key->columns.size() || (nulls > 0 && !special(*reference.from, reference.key->name));
}

bool Outcome::matches_full(const catalog::Table& table, const catalog::ForeignKey& key) const {
  return special(table, key.name);
}

std::vector<std::size_t> Outcome::null_for_missing_parent(std::size_t holder, const catalog::ForeignKey& key) const {
  const auto& table = catalog.tables[holder];
  const auto refuse = [&](const std::string& why) {
    throw refusal("foreign key \"" + key.name + "\" of " + table_name(table) +
                      " cannot become null where a parent is missing: " + why,
                  "Choose \"on-missing-parent\" filter or leave for this table.", verdicts.tables[holder].rule);
  };
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (std::ranges::find(key.columns, column.name) == key.columns.end()) continue;
    if (!column.not_null && column.generated == catalog::Generated::no && !partitions_by(holder, column.name))
      result.push_back(i);
  }
  if (result.empty()) refuse("none of its columns may be null");
  if (result.size() < key.columns.size() && matches_full(table, key))
    refuse("some of its columns may not be null, and it has MATCH FULL");
  for (const std::size_t i : result) {
    const std::string& name = table.columns[i].name;
    for (const auto& other : table.foreign_keys)
      if (other.name != key.name && matches_full(table, other) &&
          std::ranges::find(other.columns, name) != other.columns.end())
        refuse("foreign key \"" + other.name + "\", which has MATCH FULL, has column \"" + name + "\" too");
    for (const auto& unique : table.unique_keys)
      if (nulls_equal(table, unique) && std::ranges::find(unique.columns, name) != unique.columns.end())
        refuse("unique key \"" + unique.name + "\" permits only one null (NULLS NOT DISTINCT)");
    for (const auto target : rows_of(holder))
      for (const auto& reference : references_to(target))
        if (std::ranges::find(reference.key->referenced_columns, name) != reference.key->referenced_columns.end())
          refuse(table_name(*reference.from) + " references its column \"" + name + "\"");
  }
  return result;
}

std::optional<std::size_t> Outcome::partly_null(std::size_t holder, const catalog::ForeignKey& key) const {
  const auto nulls = null_columns(holder, key);
  const bool partly = !nulls.empty() && nulls.size() < key.columns.size();
  return partly && key.enforced && special(catalog.tables[holder], key.name) ? std::optional(nulls.front())
                                                                             : std::nullopt;
}

bool Outcome::partitions_by(std::size_t table, const std::string& column) const {
  const auto& self = catalog.tables[table];
  const auto own = partition_keys_.find(self.oid);
  if (own != partition_keys_.end() && own->second.count(column) != 0) return true;
  if (!self.is_partition) return false;
  return std::any_of(self.parents.begin(), self.parents.end(), [&](catalog::Oid parent) {
    const auto found = index_.find(parent);
    return found != index_.end() && partitions_by(found->second, column);
  });
}

bool leaves_null(const catalog::Column& column, const ColumnVerdict& verdict) {
  return verdict.action == ColumnAction::null || (verdict.action == ColumnAction::omit && !column.has_default);
}

std::unordered_set<std::string> identifiers(std::string_view sql) {
  std::unordered_set<std::string> result;
  const auto in_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  for (std::size_t i = 0; i < sql.size();) {
    std::string name;
    if (sql[i] == '"') {
      for (++i; i < sql.size() && (sql[i] != '"' || (i + 1 < sql.size() && sql[i + 1] == '"')); ++i) {
        if (sql[i] == '"') ++i;
        name += sql[i];
      }
      ++i;
    } else {
      for (; i < sql.size() && in_word(sql[i]); ++i) name += sql[i];
      if (name.empty()) ++i;
    }
    if (!name.empty()) result.insert(std::move(name));
  }
  return result;
}

}  // namespace pgcoffer::policy
