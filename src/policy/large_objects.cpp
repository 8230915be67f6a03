#include "policy/large_objects.hpp"

#include <fmt/format.h>

#include "policy/rules.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Table;

/// Type lo of the extension of that name is a domain over oid.
bool may_refer(const catalog::Column& column) {
  return column.base_type == "oid" || column.base_type == "oid[]";
}

/// `is left out with its rows (rule)`; empty where all values are dumped.
std::string left_out(const TableVerdict& table, const ColumnVerdict& column, bool some) {
  if (table.action != TableAction::keep) return fmt::format("is left out with its rows ({})", table.rule);
  if (column.action != ColumnAction::keep)
    return fmt::format("is changed by \"{}\" ({})", to_string(column.action), column.rule);
  if (table.filtered()) return fmt::format("is left out with some of its rows ({})", table.rule);
  return some ? "may be left out with rows that reference others" : "";
}

}  // namespace

std::vector<std::string> told_by_large_objects(const catalog::Catalog& catalog, const Verdicts& verdicts,
                                               const std::vector<bool>& some_rows) {
  std::vector<std::string> warnings;
  if (!verdicts.large_objects || catalog.large_objects.empty()) return warnings;
  for (std::size_t i = 0; i < catalog.tables.size(); ++i) {
    const Table& table = catalog.tables[i];
    // The rows are those of its partitions, which all are called like it here.
    if (!stores_rows(table) || table.relkind == 'p') continue;
    const Table* const root = catalog.find(table.partition_root);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const std::string how = left_out(verdicts.tables[i], verdicts.tables[i].columns[c], some_rows[i]);
      if (how.empty() || !may_refer(table.columns[c])) continue;
      warnings.push_back(
          fmt::format("all large objects are dumped, although column {}, which may refer to them, {}; "
                      "\"large-objects\": \"exclude\" leaves them out",
                      column_name(root == nullptr ? table : *root, table.columns[c]), how));
    }
  }
  return warnings;
}

}  // namespace pgcoffer::policy
