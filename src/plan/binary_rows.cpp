#include "plan/binary_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rows/binary_form.hpp"

namespace pgcoffer::plan {

std::string choose_binary_forms(const catalog::Catalog& catalog, const catalog::Table& table, TablePlan& plan) {
  if (plan.columns.empty()) return "no column has values";
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    rows::Column& column = plan.columns[i];
    if (plan.pseudonyms[i]) return fmt::format("column \"{}\" becomes pseudonyms", column.name);
    const auto found = std::ranges::find(table.columns, column.name, &catalog::Column::name);
    column.binary = rows::binary_form_of(found->base_type, found->type_kind == 'e', catalog.server.version);
    if (!column.binary) return fmt::format("column \"{}\" is of type {}", column.name, found->type);
  }
  return "";
}

}  // namespace pgcoffer::plan
