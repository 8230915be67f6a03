#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <pgcoffer/error.hpp>
#include <utility>

#include "catalog/read.hpp"

namespace pgcoffer::catalog {
namespace {

std::string described(const Object& object) {
  return fmt::format("{} {}", object.kind, display_name({object.schema, object.name}));
}

/// Names (as entries have them) and tables of the foreign keys that point at the removed tables.
std::set<std::pair<Oid, std::string>> keys_into(Catalog& catalog, const std::set<Oid>& tables) {
  std::set<std::pair<Oid, std::string>> keys;
  for (auto& table : catalog.tables) {
    const auto points_there = [&](const ForeignKey& key) { return tables.contains(key.referenced); };
    for (const auto& key : table.foreign_keys)
      if (points_there(key)) keys.emplace(table.oid, table.name.name + " " + key.name);
    std::erase_if(table.foreign_keys, points_there);
  }
  return keys;
}

}  // namespace

void remove_tables(Catalog& catalog, const std::set<Oid>& tables) {
  const auto keys = keys_into(catalog, tables);
  std::map<int, const Object*> removed;
  for (const auto& object : catalog.objects) {
    const bool of_removed_table = object.table != 0 && tables.contains(object.table);
    const bool foreign_key = object.kind == "FK CONSTRAINT" && keys.contains({object.table, object.name});
    // A comment depends on nothing but what it is about.
    const bool attached = (object.kind == "COMMENT" || object.kind == "SECURITY LABEL" || object.kind == "ACL") &&
                          !object.depends_on.empty() && removed.contains(object.depends_on.front());
    if (of_removed_table || foreign_key || attached) removed.emplace(object.id, &object);
  }
  for (const auto& object : catalog.objects) {
    if (removed.contains(object.id)) continue;
    for (const int needed : object.depends_on)
      if (const auto found = removed.find(needed); found != removed.end())
        throw Error(Kind::policy,
                    fmt::format("{} needs {}, which is excluded", described(object), described(*found->second)))
            .hint("Exclude it as well, or keep the table and leave out only its rows.")
            .object(display_name({object.schema, object.name}));
  }
  std::map<int, int> new_ids;
  std::vector<Object> kept;
  for (auto& object : catalog.objects) {
    if (removed.contains(object.id)) continue;
    new_ids.emplace(object.id, static_cast<int>(kept.size()) + 1);
    kept.push_back(std::move(object));
  }
  for (auto& object : kept) {
    object.id = new_ids.at(object.id);
    for (int& needed : object.depends_on) needed = new_ids.at(needed);
  }
  catalog.objects = std::move(kept);
  for (auto& table : catalog.tables)
    if (tables.contains(table.oid)) table.selected = table.rows_selected = false;
}

}  // namespace pgcoffer::catalog
