#include "restore/needs.hpp"

#include <algorithm>
#include <utility>

#include "archive/partitions.hpp"
#include "restore/lookup.hpp"

namespace pgcoffer::restoring {

Needs::Needs(const archive::Toc& toc) : toc_(toc), parents_(archive::partition_parents(toc)) {
  for (const archive::TocEntry& entry : toc.entries) {
    by_id_.emplace(entry.id, &entry);
    if (is_relation(entry)) relations_.emplace(QualifiedName{entry.schema, entry.name}, &entry);
    if (entry.kind == "SCHEMA") schemas_.emplace(entry.name, &entry);
  }
}

Entries Needs::of(const archive::TocEntry& entry, const std::set<int>& selected) const {
  Entries needed;
  const auto add = [&](const archive::TocEntry* other) {
    if (other != nullptr && !selected.contains(other->id)) needed.push_back(other);
  };
  for (const int id : entry.depends) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end() || selected.contains(id)) continue;
    const archive::TocEntry* other = found->second;
    // A foreign key depends on the key of the other table; what must be there is that table.
    if (!is_relation(*other) && !other->table_name.empty())
      if (const auto* const table = relation({other->table_schema, other->table_name})) other = table;
    add(other);
  }
  if (const auto schema = schemas_.find(entry.schema); schema != schemas_.end()) add(schema->second);
  return needed;
}

const archive::TocEntry* Needs::relation(const QualifiedName& name) const {
  const auto found = relations_.find(name);
  return found == relations_.end() ? nullptr : found->second;
}

bool Needs::is_below(QualifiedName name, const QualifiedName& top) const {
  while (name != top) {
    const auto parent = parents_.find(name);
    if (parent == parents_.end()) return false;
    name = parent->second;
  }
  return true;
}

Entries Needs::partitions(const Selected& selected, const Choice& choice, const std::set<int>& added) const {
  Names whole;
  const auto is_added = [&](const QualifiedName& name) {
    const archive::TocEntry* const table = relation(name);
    return table != nullptr && added.contains(table->id);
  };
  for (const auto* list : {&selected.pre_data, &selected.post_data}) {
    for (const archive::TocEntry* entry : *list) {
      for (const int id : entry->depends) {
        const auto other = by_id_.find(id);
        if (other == by_id_.end()) continue;
        const QualifiedName table{other->second->table_schema, other->second->table_name};
        const QualifiedName own{entry->table_schema, entry->table_name};
        // An index that is wanted by itself is that of all rows.
        const bool by_itself = own == table && choice.entries.contains(entry->id);
        if (is_added(table) && (by_itself || !is_below(own, table))) whole.insert(table);
      }
    }
  }
  for (const archive::Table* table : selected.tables)
    if (table->load_into && is_added(*table->load_into)) whole.insert(*table->load_into);
  archive::add_partitions(toc_, whole);
  Entries found;
  for (const QualifiedName& name : whole)
    if (const auto* const table = relation(name)) found.push_back(table);
  return found;
}

std::set<int> ids(const Selected& selected) {
  std::set<int> all;
  for (const auto* list : {&selected.pre_data, &selected.data, &selected.post_data})
    for (const archive::TocEntry* entry : *list) all.insert(entry->id);
  return all;
}

Needed add_needed(pg::Connection* connection, const archive::Manifest& manifest, const archive::Toc& toc,
                  const RestoreOptions& options, Choice& choice) {
  const Needs needs(toc);
  std::set<int> asked, added, found;
  for (bool more = true; std::exchange(more, false);) {
    add_parts_of_domains(toc, choice);
    const Selected selected = select(manifest, toc, options, choice);
    const std::set<int> chosen = ids(selected);
    std::map<int, const archive::TocEntry*> outside;
    for (const auto* list : {&selected.pre_data, &selected.post_data}) {
      for (const archive::TocEntry* entry : *list) {
        for (const archive::TocEntry* need : needs.of(*entry, chosen))
          if (!asked.contains(need->id)) outside.emplace(need->id, need);
      }
    }
    for (const archive::TocEntry* partition : needs.partitions(selected, choice, added))
      if (!asked.contains(partition->id) && !chosen.contains(partition->id)) outside.emplace(partition->id, partition);
    Entries questions;
    for (const auto& [id, entry] : outside) {
      asked.insert(id);
      questions.push_back(entry);
    }
    const std::set<int> there = connection == nullptr ? std::set<int>() : existing(*connection, questions);
    for (const archive::TocEntry* entry : questions) {
      if (entry->create.empty()) continue;  // the schema public is in every database
      if (there.contains(entry->id)) {
        found.insert(entry->id);
        continue;
      }
      choice.add(*entry);
      added.insert(entry->id);
      more = true;
    }
  }
  Needed needed;
  for (const archive::TocEntry& entry : toc.entries) {
    if (added.contains(entry.id)) needed.added.push_back(&entry);
    if (found.contains(entry.id)) needed.there.push_back(&entry);
  }
  return needed;
}

}  // namespace pgcoffer::restoring
