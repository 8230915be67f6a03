#include "archive/copy_target.hpp"

#include <numeric>

#include "base/text.hpp"

namespace pgcoffer::archive {

std::string copy_target(const Table& table) {
  std::vector<std::size_t> all(columns_in_rows(table).size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return copy_target(table, all);
}

std::string copy_target(const Table& table, const std::vector<std::size_t>& columns) {
  const std::vector<rows::Column> in_rows = columns_in_rows(table);
  std::vector<std::string> names;
  for (const std::size_t column : columns) names.push_back(quote_always(in_rows[column].name));
  const std::string name = quote_always(table.load_into.value_or(QualifiedName{table.schema, table.name}));
  return names.empty() ? name : name + " (" + join(names, ", ") + ")";
}

}  // namespace pgcoffer::archive
