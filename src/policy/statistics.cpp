#include <algorithm>
#include <set>
#include <unordered_map>

#include "policy/lineage.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {
namespace {

bool changed(const TableVerdict& verdict) {
  return verdict.action != TableAction::keep || verdict.filtered() ||
         std::ranges::any_of(verdict.columns,
                             [](const ColumnVerdict& column) { return column.action != ColumnAction::keep; });
}

/// Tables at the ends of references, of the database and of the policy.
struct Ends {
  std::set<catalog::Oid> referencing, referenced;
};

Ends ends_of_references(const Verdicts& verdicts, const catalog::Catalog& catalog) {
  Ends ends;
  const auto add = [&](const catalog::ForeignKey& key) {
    ends.referencing.insert(key.table);
    ends.referenced.insert(key.referenced);
  };
  for (const catalog::Table& table : catalog.tables) std::ranges::for_each(table.foreign_keys, add);
  for (const DeclaredReference& one : verdicts.references) add(one.key);
  return ends;
}

/// Tables that may lose rows, or values, for what other tables lose: only the rows tell which, and they are looked at
/// later.
std::vector<catalog::Oid> changed_by_references(const Verdicts& verdicts, const catalog::Catalog& catalog) {
  const Ends ends = ends_of_references(verdicts, catalog);
  const Lineage lineage(catalog);
  const bool follow = verdicts.follow();
  std::vector<catalog::Oid> result;
  for (std::size_t i = 0; i < verdicts.tables.size(); ++i) {
    auto whole = lineage.above(catalog.tables[i]);
    whole.push_back(&catalog.tables[i]);
    const auto among = [&](const std::set<catalog::Oid>& tables) {
      return std::ranges::any_of(whole, [&](const auto* one) { return tables.contains(one->oid); });
    };
    const auto missing = verdicts.tables[i].on_missing_parent;
    const bool loses = missing == MissingParent::filter || missing == MissingParent::null;
    if (((follow || loses) && among(ends.referencing)) || (follow && among(ends.referenced)))
      result.push_back(catalog.tables[i].oid);
  }
  return result;
}

}  // namespace

std::set<catalog::Oid> without_statistics(const Verdicts& verdicts, const catalog::Catalog& catalog) {
  std::unordered_map<catalog::Oid, const catalog::Table*> by_oid;
  for (const catalog::Table& table : catalog.tables) by_oid.emplace(table.oid, &table);
  std::set<catalog::Oid> withheld;
  std::vector<catalog::Oid> open = changed_by_references(verdicts, catalog);
  for (std::size_t i = 0; i < verdicts.tables.size(); ++i)
    if (changed(verdicts.tables[i])) open.push_back(catalog.tables[i].oid);
  // Whose rows they hold, and what the policy would say of them, only another server knows.
  for (const catalog::Table& table : catalog.tables)
    if (table.relkind == 'f' && !table.rows_selected) open.push_back(table.oid);
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
