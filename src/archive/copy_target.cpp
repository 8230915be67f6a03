#include "archive/copy_target.hpp"

#include "base/text.hpp"

namespace pgcoffer::archive {

std::string copy_target(const Table& table) {
  std::vector<std::string> names;
  for (const rows::Column& column : columns_in_rows(table)) names.push_back(quote_always(column.name));
  const std::string name = quote_always(QualifiedName{table.schema, table.name});
  return names.empty() ? name : name + " (" + join(names, ", ") + ")";
}

}  // namespace pgcoffer::archive
