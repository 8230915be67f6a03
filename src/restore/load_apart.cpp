#include "restore/load_apart.hpp"

#include <algorithm>

namespace pgcoffer::restoring {

std::set<QualifiedName> loaded_apart(const archive::Manifest& manifest, const Selected& selected) {
  std::set<QualifiedName> made, chosen, apart;
  for (const archive::TocEntry* entry : selected.pre_data)
    if (entry->kind == "TABLE") made.insert({entry->schema, entry->name});
  for (const archive::Table* table : selected.tables) chosen.insert({table->schema, table->name});
  const auto others_stay = [&](const QualifiedName& root) {
    return std::ranges::any_of(manifest.tables, [&](const archive::Table& other) {
      return other.load_into == root && !other.parts.empty() && !chosen.contains({other.schema, other.name});
    });
  };
  for (const archive::Table* table : selected.tables)
    if (table->load_into && !made.contains(*table->load_into) && others_stay(*table->load_into))
      apart.insert({table->schema, table->name});
  return apart;
}

}  // namespace pgcoffer::restoring
