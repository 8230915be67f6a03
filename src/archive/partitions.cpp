#include "archive/partitions.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace pgcoffer::archive {

void add_partitions(const Toc& toc, std::set<QualifiedName>& tables) {
  std::unordered_map<int, const TocEntry*> by_id;
  for (const TocEntry& entry : toc.entries)
    if (entry.kind == "TABLE" || entry.kind == "FOREIGN TABLE") by_id.emplace(entry.id, &entry);
  for (bool more = true; std::exchange(more, false);) {
    for (const TocEntry& entry : toc.entries) {
      if (entry.kind != "TABLE ATTACH") continue;
      const bool wanted = std::ranges::any_of(entry.depends, [&](int id) {
        const auto table = by_id.find(id);
        return table != by_id.end() && tables.contains({table->second->table_schema, table->second->table_name});
      });
      if (wanted) more = tables.insert({entry.table_schema, entry.table_name}).second || more;
    }
  }
}

}  // namespace pgcoffer::archive
