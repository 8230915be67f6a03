#include "merge/cascades.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

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
    const std::string name = display_name(table->name);
    throw Error(Kind::usage, fmt::format("table \"{}\" cannot be replaced: foreign key {} of {} acts on rows that are "
                                         "deleted, and there is no key to tell which come back",
                                         name, quote_ident(key->name), key->child_sql))
        .hint(fmt::format("Say which columns tell its rows apart: --key '{}: column, column'. --mode truncate empties "
                          "the tables that reference it, too.",
                          name));
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
      const bool acts = key.on_delete == 'c' || key.on_delete == 'n' || key.on_delete == 'd';
      if (!acts || !contains(key.parents, parent)) continue;
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
  for (const auto& [table, action] : found) list.push_back({table, action});
  return list;
}

std::string describe(const Cascade& cascade) {
  switch (cascade.on_delete) {
    case 'c':
      return "rows that reference deleted ones are deleted, too (ON DELETE CASCADE)";
    case 'n':
      return "rows that reference deleted ones lose the reference (ON DELETE SET NULL)";
    default:
      return "rows that reference deleted ones get the default (ON DELETE SET DEFAULT)";
  }
}

}  // namespace pgcoffer::merging
