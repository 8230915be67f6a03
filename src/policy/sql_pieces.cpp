#include "policy/sql_pieces.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <vector>

#include "base/text.hpp"

namespace pgcoffer::policy {

using catalog::Column;
using catalog::Table;

bool is_whole(const Column& column) {
  return column.base_type == "smallint" || column.base_type == "integer" || column.base_type == "bigint";
}

bool is_float(const Column& column) {
  return column.base_type == "real" || column.base_type == "double precision";
}

int modifier(const std::string& type, int which, int otherwise) {
  auto at = type.find('(');
  for (; which > 0 && at != std::string::npos; --which) at = type.find(',', at + 1);
  return at == std::string::npos ? otherwise : std::atoi(type.c_str() + at + 1);
}

std::string cast(const std::string& expression, const Column& column) {
  return fmt::format("CAST({} AS {})", expression, column.type);
}

std::string as_text(const std::string& name) {
  return fmt::format("CAST({} AS text)", name);
}

std::string row_identity(const Table& table) {
  std::vector<std::string> names;
  for (const auto& key : table.unique_keys)
    if (key.primary)
      for (const auto& column : key.columns) names.push_back(quote_always(column));
  if (names.empty())
    for (const auto& column : table.columns)
      if (column.generated != catalog::Generated::virtual_) names.push_back(quote_always(column.name));
  return names.size() == 1 ? as_text(names.front()) : fmt::format("CAST(ROW({}) AS text)", join(names, ", "));
}

}  // namespace pgcoffer::policy
