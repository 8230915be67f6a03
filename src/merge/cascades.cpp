#include "merge/cascades.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "merge/staging.hpp"
#include "merge/statement.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

bool contains(const std::vector<pg::Oid>& oids, pg::Oid oid) {
  return std::ranges::find(oids, oid) != oids.end();
}

bool archive_has_key(const TargetTable& table) {
  return !table.key.empty() && std::ranges::all_of(table.key, [&](const KeyColumn& column) {
    return std::ranges::find(table.writable, column.name) != table.writable.end();
  });
}

bool acts(char action) {
  return action == 'c' || action == 'n' || action == 'd';
}

bool shares(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  return std::ranges::any_of(some,
                             [&](const std::string& name) { return std::ranges::find(others, name) != others.end(); });
}

/// Whether rows of the table get other values in these columns, in the bytes: then the key acts, even on equal ones.
bool get_other_values(pg::Connection& connection, const TargetTable& table, const std::vector<std::string>& columns) {
  for (std::size_t given = 0; given < table.given.size(); ++given) {
    std::vector<std::string> now, then;
    for (const std::string& column : columns) {
      if (std::ranges::find(table.given[given], column) == table.given[given].end()) continue;
      now.push_back("t." + quote_always(column));
      then.push_back("s." + quote_always(column));
    }
    if (now.empty()) continue;
    const std::string query = fmt::format(
        "SELECT FROM ONLY {} AS t, {} AS s WHERE {} AND s.{} = {} AND pg_catalog.record_image_ne(ROW({}), ROW({})) "
        "LIMIT 1",
        table.sql(), table.staging, same_key(table), kGiven, given, join(now, ", "), join(then, ", "));
    if (!connection.query(query).empty()) return true;
  }
  return false;
}

std::set<std::string> identity(const TargetTable& table) {
  std::set<std::string> columns;
  for (const KeyColumn& column : table.key) columns.insert(column.name);
  return columns;
}

}  // namespace

bool acts_on_delete(const ForeignKey& key, const TargetTable& table) {
  return key.on_delete != 'a' && contains(key.parents, table.oid);
}

void keep_referenced_rows(const std::vector<TargetTable*>& tables, const std::vector<ForeignKey>& keys) {
  for (TargetTable* table : tables) {
    const auto key = std::ranges::find_if(keys, [&](const ForeignKey& each) { return acts_on_delete(each, *table); });
    if (key == keys.end()) continue;
    table->by_key = true;
    if (archive_has_key(*table)) continue;
    throw Error(Kind::usage, fmt::format("table {} cannot be replaced: foreign key {} of {} acts on rows that are "
                                         "deleted, and there is no key to tell which come back",
                                         quoted_name(table->name), quote_ident(key->name), key->child_sql))
        .hint(fmt::format("Say which columns tell its rows apart: --key '{}: column, column'. --mode truncate empties "
                          "the tables that reference it, too.",
                          display_name(table->name)));
  }
}

std::vector<Cascade> cascades(const std::vector<const TargetTable*>& tables, const std::vector<ForeignKey>& keys) {
  std::set<pg::Oid> ours;
  for (const TargetTable* table : tables) ours.insert(table->oid);
  std::map<pg::Oid, char> found;
  std::vector<pg::Oid> open(ours.begin(), ours.end());
  while (!open.empty()) {
    const pg::Oid parent = open.back();
    open.pop_back();
    for (const ForeignKey& key : keys) {
      if (!acts(key.on_delete) || !contains(key.parents, parent)) continue;
      for (const pg::Oid child : key.children) {
        if (ours.contains(child)) continue;
        const auto [at, added] = found.emplace(child, key.on_delete);
        if (key.on_delete != 'c' || (!added && at->second == 'c')) continue;
        at->second = 'c';
        open.push_back(child);
      }
    }
  }
  std::vector<Cascade> list;
  for (const auto& [table, action] : found) list.push_back({table, Cascade::Event::deleted, action});
  return list;
}

std::vector<Cascade> cascades_of_updates(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                         const std::vector<ForeignKey>& keys, MergeMode mode) {
  std::set<pg::Oid> ours;
  std::map<const ForeignKey*, bool> acting;  // true: its children are still to be looked at
  for (const TargetTable* table : tables) {
    ours.insert(table->oid);
    if (!overwrites_rows(*table, mode) || table->key.empty()) continue;
    const std::set<std::string> known_by = identity(*table);
    for (const ForeignKey& key : keys) {
      if (!acts(key.on_update) || !contains(key.parents, table->oid) || acting.contains(&key)) continue;
      // What tells rows apart stays equal, though it may be written otherwise (1.0 and 1.00).
      const bool equal =
          std::ranges::all_of(key.parent_columns, [&](const std::string& column) { return known_by.contains(column); });
      if ((equal && key.on_update == 'c') || !get_other_values(connection, *table, key.parent_columns)) continue;
      acting.emplace(&key, true);
    }
  }
  for (auto open = acting.begin(); open != acting.end();
       open = std::ranges::find_if(acting, [](const auto& item) { return item.second; })) {
    open->second = false;
    for (const ForeignKey& key : keys)
      if (acts(key.on_update) && !acting.contains(&key) && shares(key.parent_columns, open->first->child_columns) &&
          std::ranges::any_of(open->first->children, [&](pg::Oid child) { return contains(key.parents, child); }))
        acting.emplace(&key, true);
  }
  std::map<pg::Oid, char> found;
  for (const auto& [key, done] : acting)
    for (const pg::Oid child : key->children)
      if (!ours.contains(child)) found.emplace(child, key->on_update);
  std::vector<Cascade> list;
  for (const auto& [table, action] : found) list.push_back({table, Cascade::Event::updated, action});
  return list;
}

bool may_undo(const ForeignKey& key, const std::vector<TargetTable*>& tables) {
  const bool child =
      std::ranges::any_of(tables, [&](const TargetTable* table) { return contains(key.children, table->oid); });
  if (!child || !(acts(key.on_delete) || acts(key.on_update))) return false;
  const std::set<std::string> referenced(key.parent_columns.begin(), key.parent_columns.end());
  return std::ranges::any_of(tables, [&](const TargetTable* table) {
    return contains(key.parents, table->oid) && identity(*table) != referenced;
  });
}

std::string describe(const Cascade& cascade) {
  const bool deleted = cascade.event == Cascade::Event::deleted;
  switch (cascade.action) {
    case 'c':
      return deleted ? "rows that reference deleted ones are deleted, too (ON DELETE CASCADE)"
                     : "rows that reference values which change get the new ones (ON UPDATE CASCADE)";
    case 'n':
      return deleted ? "rows that reference deleted ones lose the reference (ON DELETE SET NULL)"
                     : "rows that reference values which change lose the reference (ON UPDATE SET NULL)";
    default:
      return deleted ? "rows that reference deleted ones get the default (ON DELETE SET DEFAULT)"
                     : "rows that reference values which change get the default (ON UPDATE SET DEFAULT)";
  }
}

}  // namespace pgcoffer::merging
