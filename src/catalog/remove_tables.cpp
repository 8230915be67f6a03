#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "catalog/read.hpp"

namespace pgcoffer::catalog {
namespace {

std::string described(const Object& object) {
  return fmt::format("{} {}", object.kind, display_name({object.schema, object.name}));
}

bool points_into(const ForeignKey& key, const std::set<Oid>& tables) {
  return tables.contains(key.referenced);
}

/// Foreign keys wait until the index of the table that they reference is complete; without a partition, it is so
/// without the partition's index.
bool only_waited_for(const Object& object) {
  return object.kind == "INDEX ATTACH";
}

/// The objects that go with the tables, by id.
std::map<int, const Object*> removed_with(const Catalog& catalog, const std::set<Oid>& tables) {
  std::set<std::pair<Oid, std::string>> keys;  // that point at the tables, as entries name them
  for (const auto& table : catalog.tables)
    for (const auto& key : table.foreign_keys)
      if (points_into(key, tables)) keys.emplace(table.oid, table.name.name + " " + key.name);
  std::map<int, const Object*> removed;
  for (const auto& object : catalog.objects) {
    const bool of_removed_table = object.table != 0 && tables.contains(object.table);
    const bool foreign_key = object.kind == "FK CONSTRAINT" && keys.contains({object.table, object.name});
    // A comment depends on nothing but what it is about.
    const bool attached = (object.kind == "COMMENT" || object.kind == "SECURITY LABEL" || object.kind == "ACL") &&
                          !object.depends_on.empty() && removed.contains(object.depends_on.front());
    if (of_removed_table || foreign_key || attached) removed.emplace(object.id, &object);
  }
  return removed;
}

}  // namespace

std::optional<LeftWithout> left_without(const Catalog& catalog, const std::set<Oid>& tables) {
  const auto removed = removed_with(catalog, tables);
  for (const auto& object : catalog.objects) {
    if (removed.contains(object.id)) continue;
    for (const int needed : object.depends_on)
      if (const auto found = removed.find(needed); found != removed.end() && !only_waited_for(*found->second))
        return LeftWithout{described(object), described(*found->second), found->second->table};
  }
  return std::nullopt;
}

void remove_tables(Catalog& catalog, const std::set<Oid>& tables) {
  const auto removed = removed_with(catalog, tables);
  std::map<int, int> new_ids;
  std::vector<Object> kept;
  for (auto& object : catalog.objects) {
    if (removed.contains(object.id)) continue;
    new_ids.emplace(object.id, static_cast<int>(kept.size()) + 1);
    kept.push_back(std::move(object));
  }
  for (auto& object : kept) {
    object.id = new_ids.at(object.id);
    std::erase_if(object.depends_on, [&](int needed) { return !new_ids.contains(needed); });
    for (int& needed : object.depends_on) needed = new_ids.at(needed);
  }
  catalog.objects = std::move(kept);
  for (auto& table : catalog.tables) {
    std::erase_if(table.foreign_keys, [&](const ForeignKey& key) { return points_into(key, tables); });
    if (tables.contains(table.oid)) table.selected = table.rows_selected = false;
  }
}

}  // namespace pgcoffer::catalog
