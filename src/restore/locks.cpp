#include "restore/locks.hpp"

namespace pgcoffer::restoring {

std::set<QualifiedName> Locks::tables() const {
  std::set<QualifiedName> all = shared;
  all.insert(exclusive.begin(), exclusive.end());
  return all;
}

LockFinder::LockFinder(const archive::Toc& toc) {
  std::set<int> tables;
  for (const archive::TocEntry& entry : toc.entries) {
    if (entry.table_name.empty()) continue;
    const QualifiedName own{entry.table_schema, entry.table_name};
    table_of_.emplace(entry.id, own);
    if (entry.kind == "TABLE") tables.insert(entry.id);
    if (entry.kind != "TABLE" && entry.kind != "TABLE ATTACH") continue;
    for (const int id : entry.depends) {
      if (!tables.contains(id)) continue;
      if (const QualifiedName& parent = table_of_.at(id); parent != own) children_of_[parent].push_back(own);
    }
  }
}

void LockFinder::add_with_children(const QualifiedName& table, std::set<QualifiedName>& into) const {
  if (!into.insert(table).second) return;
  const auto found = children_of_.find(table);
  if (found == children_of_.end()) return;
  for (const QualifiedName& child : found->second) add_with_children(child, into);
}

Locks LockFinder::of(const archive::TocEntry& entry) const {
  Locks locks;
  const QualifiedName own{entry.table_schema, entry.table_name};
  // One that clusters by the index or makes it the replica identity goes on to ALTER TABLE.
  if (entry.kind == "INDEX" && entry.create.find("\nALTER TABLE ") == std::string::npos) {
    locks.shared.insert(own);
    return locks;
  }
  if (!own.name.empty()) add_with_children(own, locks.exclusive);
  for (const int id : entry.depends) {
    if (const auto found = table_of_.find(id); found != table_of_.end())
      add_with_children(found->second, locks.exclusive);
  }
  return locks;
}

}  // namespace pgcoffer::restoring
