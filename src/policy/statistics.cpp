#include <algorithm>
#include <set>
#include <unordered_map>

#include "policy/policy.hpp"

namespace pgcoffer::policy {
namespace {

bool changed(const TableVerdict& verdict) {
  return verdict.action != TableAction::keep || verdict.filtered() ||
         std::ranges::any_of(verdict.columns,
                             [](const ColumnVerdict& column) { return column.action != ColumnAction::keep; });
}

}  // namespace

std::set<catalog::Oid> without_statistics(const Verdicts& verdicts, const catalog::Catalog& catalog) {
  std::unordered_map<catalog::Oid, const catalog::Table*> by_oid;
  for (const catalog::Table& table : catalog.tables) by_oid.emplace(table.oid, &table);
  std::set<catalog::Oid> withheld;
  std::vector<catalog::Oid> open;
  for (std::size_t i = 0; i < verdicts.tables.size(); ++i)
    if (changed(verdicts.tables[i])) open.push_back(catalog.tables[i].oid);
  if (open.empty()) return withheld;
  // Any of them may show what was changed; which, nobody knows.
  for (const catalog::Table& table : catalog.tables)
    if (table.relkind == 'm') open.push_back(table.oid);
  // Statistics of a parent are those of the whole tree.
  while (!open.empty()) {
    const catalog::Oid oid = open.back();
    open.pop_back();
    const auto table = by_oid.find(oid);
    if (table != by_oid.end() && withheld.insert(oid).second)
      open.insert(open.end(), table->second->parents.begin(), table->second->parents.end());
  }
  return withheld;
}

}  // namespace pgcoffer::policy
