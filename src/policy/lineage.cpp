#include "policy/lineage.hpp"

#include <algorithm>

namespace pgcoffer::policy {

Lineage::Lineage(const catalog::Catalog& catalog) {
  for (const auto& table : catalog.tables) by_oid_.emplace(table.oid, &table);
}

const catalog::Table* Lineage::parent(const catalog::Table& table) const {
  if (!table.is_partition || table.parents.empty()) return nullptr;
  const auto found = by_oid_.find(table.parents.front());
  return found == by_oid_.end() ? nullptr : found->second;
}

std::vector<const catalog::Table*> Lineage::above(const catalog::Table& table) const {
  std::vector<const catalog::Table*> result;
  for (const auto* one = parent(table); one != nullptr; one = parent(*one)) result.push_back(one);
  return result;
}

const QualifiedName& known_name(const catalog::Table& table, const std::vector<const catalog::Table*>& above) {
  return above.empty() ? table.name : above.back()->name;
}

catalog::Column with_comments_above(const catalog::Column& column, const std::vector<const catalog::Table*>& above) {
  catalog::Column described = column;
  for (const catalog::Table* table : above) {
    const auto like = std::ranges::find(table->columns, column.name, &catalog::Column::name);
    if (like != table->columns.end() && !like->comment.empty()) described.comment += "\n" + like->comment;
  }
  return described;
}

}  // namespace pgcoffer::policy
