#include "policy/inherited.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/pattern.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

/// A rule says by name that the column of this very table is kept.
bool kept_by_name(const Policy& policy, const ColumnVerdict& verdict) {
  if (verdict.rule.empty()) return false;
  return std::ranges::any_of(policy.tables, [&](const TableRule& table) {
    if (table.table.empty() || Pattern::for_relation(table.table).name_breadth() != Pattern::Breadth::exact)
      return false;
    return std::ranges::any_of(table.columns, [&](const ColumnRule& column) {
      return column.origin.text == verdict.rule && !column.column.empty() &&
             Pattern::for_name(column.column).name_breadth() == Pattern::Breadth::exact;
    });
  });
}

/// All that the table inherits from, at any distance.
std::vector<const Table*> ancestors(const Outcome& outcome, const Table& table) {
  std::vector<const Table*> result;
  std::set<catalog::Oid> seen;
  std::vector<catalog::Oid> open = table.parents;
  while (!open.empty()) {
    const catalog::Oid oid = open.back();
    open.pop_back();
    const Table* parent = outcome.find(oid);
    if (parent == nullptr || !seen.insert(oid).second) continue;
    result.push_back(parent);
    open.insert(open.end(), parent->parents.begin(), parent->parents.end());
  }
  return result;
}

/// The first ancestor that does not keep a column of this name.
const Table* withholding(const Outcome& outcome, const std::vector<const Table*>& parents, const std::string& name) {
  for (const Table* parent : parents) {
    const auto at = std::ranges::find(parent->columns, name, &Column::name);
    if (at == parent->columns.end()) continue;
    const auto& verdicts = outcome.verdicts.tables[outcome.index(*parent)].columns;
    if (verdicts[static_cast<std::size_t>(at - parent->columns.begin())].action != ColumnAction::keep) return parent;
  }
  return nullptr;
}

}  // namespace

void check_inherited(const Policy& policy, Outcome& outcome, Refusals& refusals) {
  for (std::size_t i = 0; i < outcome.catalog.tables.size(); ++i) {
    const Table& table = outcome.catalog.tables[i];
    if (table.is_partition || table.parents.empty() || !table.selected || !outcome.keeps_some(i)) continue;
    const auto parents = ancestors(outcome, table);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const ColumnVerdict& verdict = outcome.verdicts.tables[i].columns[c];
      if (verdict.action != ColumnAction::keep || table.columns[c].generated != catalog::Generated::no) continue;
      const Table* parent = withholding(outcome, parents, table.columns[c].name);
      if (parent == nullptr || kept_by_name(policy, verdict)) continue;
      const std::string what = "column " + column_name(table, table.columns[c]) + " is kept, and that of its name in " +
                               table_name(*parent) + ", which " + table_name(table) + " inherits from, is not";
      const std::string remedy = "Give it a rule, which may be keep: rules hold for a table, not for its children.";
      if (!policy.strict) {
        outcome.verdicts.warnings.push_back(what);
      } else {
        refusals.attempt([&] { throw refusal(what, remedy + " " + policy.name + ".", ""); });
      }
    }
  }
}

}  // namespace pgcoffer::policy
