#include "restore/load_apart.hpp"

#include <algorithm>

#include "archive/partitions.hpp"
#include "restore/lookup.hpp"

namespace pgcoffer::restoring {

std::set<QualifiedName> loaded_apart(const archive::Manifest& manifest, const Selected& selected) {
  std::set<QualifiedName> made, chosen, apart;
  for (const archive::TocEntry* entry : selected.pre_data)
    if (entry->kind == "TABLE") made.insert({entry->schema, entry->name});
  for (const archive::Table* table : selected.tables) chosen.insert({table->schema, table->name});
  const auto others_stay = [&](const QualifiedName& root) {
    return std::ranges::any_of(manifest.tables, [&](const archive::Table& other) {
      // Empty in the archive, it may have rows here: those that another hash brought into it.
      return other.load_into == root && !chosen.contains({other.schema, other.name});
    });
  };
  for (const archive::Table* table : selected.tables)
    if (table->load_into && !made.contains(*table->load_into) && others_stay(*table->load_into))
      apart.insert({table->schema, table->name});
  return apart;
}

std::set<QualifiedName> stand_beside(const archive::Toc& toc, const std::set<QualifiedName>& renamed,
                                     Selected& selected) {
  std::set<QualifiedName> made, beside;
  if (renamed.empty()) return beside;
  for (const archive::TocEntry* entry : selected.pre_data)
    if (entry->kind == "TABLE") made.insert({entry->schema, entry->name});
  for (const auto& [partition, parent] : archive::partition_parents(toc))
    if (renamed.contains(partition) && made.contains(partition) && !made.contains(parent)) beside.insert(partition);
  const auto attaches = [&](const archive::TocEntry* entry) {
    return (entry->kind == "TABLE ATTACH" || entry->kind == "INDEX ATTACH" || is_state_of_trigger(*entry)) &&
           beside.contains({entry->table_schema, entry->table_name});
  };
  std::erase_if(selected.pre_data, attaches);
  std::erase_if(selected.post_data, attaches);
  return beside;
}

}  // namespace pgcoffer::restoring
