#include "archive/partitions.hpp"

#include <unordered_map>
#include <utility>

namespace pgcoffer::archive {

void add_partitions(const Toc& toc, std::set<QualifiedName>& tables) {
  const std::map<QualifiedName, QualifiedName> parents = partition_parents(toc);
  for (bool more = true; std::exchange(more, false);) {
    for (const auto& [partition, parent] : parents)
      if (tables.contains(parent)) more = tables.insert(partition).second || more;
  }
}

std::map<QualifiedName, QualifiedName> partition_parents(const Toc& toc) {
  std::unordered_map<int, QualifiedName> tables;
  for (const TocEntry& entry : toc.entries)
    if (entry.kind == "TABLE" || entry.kind == "FOREIGN TABLE")
      tables.emplace(entry.id, QualifiedName{entry.table_schema, entry.table_name});
  std::map<QualifiedName, QualifiedName> parents;
  for (const TocEntry& entry : toc.entries) {
    if (entry.kind != "TABLE ATTACH") continue;
    const QualifiedName partition{entry.table_schema, entry.table_name};
    for (const int id : entry.depends) {
      const auto table = tables.find(id);
      if (table != tables.end() && table->second != partition) parents.emplace(partition, table->second);
    }
  }
  return parents;
}

std::set<QualifiedName> partitions_by_hash(const Toc& toc) {
  std::set<QualifiedName> tables;
  for (const TocEntry& entry : toc.entries)
    if (entry.kind == "TABLE ATTACH" && entry.create.find("FOR VALUES WITH (") != std::string::npos)
      tables.insert({entry.table_schema, entry.table_name});
  add_partitions(toc, tables);
  return tables;
}

std::optional<Manifest> with_hashes_found_anew(const Manifest& manifest, const Toc& toc, std::string_view encoding) {
  const std::set<QualifiedName> hashed = partitions_by_hash(toc);
  if (hashed.empty() || manifest.server_encoding.empty() || manifest.server_encoding == encoding) return std::nullopt;
  const std::map<QualifiedName, QualifiedName> parents = partition_parents(toc);
  Manifest changed = manifest;
  for (Table& table : changed.tables) {
    QualifiedName root{table.schema, table.name};
    if (!hashed.contains(root)) continue;
    for (auto parent = parents.find(root); parent != parents.end(); parent = parents.find(root)) root = parent->second;
    table.load_into = root;
  }
  return changed;
}

}  // namespace pgcoffer::archive
