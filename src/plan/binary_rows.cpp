#include "plan/binary_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plan/statements.hpp"
#include "rows/binary_form.hpp"

namespace pgcoffer::plan {

namespace {

struct Forms {
  std::vector<rows::BinaryForm> of_columns;
  std::string missing_because;  ///< where some column has none
};

Forms find_forms(const catalog::Catalog& catalog, const catalog::Table& table, const TablePlan& plan) {
  if (plan.columns.empty()) return {{}, "no column has values"};
  Forms forms;
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    const std::string& name = plan.columns[i].name;
    if (plan.pseudonyms[i]) return {{}, fmt::format("column \"{}\" becomes pseudonyms", name)};
    const auto found = std::ranges::find(table.columns, name, &catalog::Column::name);
    const auto form = rows::binary_form_of(found->base_type, found->type_kind == 'e', catalog.server.version);
    if (!form) return {{}, fmt::format("column \"{}\" is of type {}", name, found->type)};
    forms.of_columns.push_back(*form);
  }
  return forms;
}

bool is_bytea(const rows::BinaryForm& form) {
  return form.scalar == rows::Scalar::bytea && !form.array;
}

bool has_zone(const rows::BinaryForm& form) {
  return form.scalar == rows::Scalar::timestamptz;
}

/// Long values lie in the TOAST table: then a few bytes more for each number and date do not count.
bool is_mostly_toast(const catalog::Table& table) {
  return table.toast_bytes > estimated_bytes(table) / 5 * 4;
}

}  // namespace

std::string choose_binary_forms(const catalog::Catalog& catalog, const catalog::Table& table, TablePlan& plan) {
  Forms forms = find_forms(catalog, table, plan);
  if (!forms.missing_because.empty()) return std::move(forms.missing_because);
  for (std::size_t i = 0; i < plan.columns.size(); ++i) plan.columns[i].binary = forms.of_columns[i];
  return "";
}

void choose_binary_wire(const catalog::Catalog& catalog, const catalog::Table& table, const PlanOptions& options,
                        TablePlan& plan) {
  if (!options.binary_wire || !is_mostly_toast(table)) return;
  Forms forms = find_forms(catalog, table, plan);
  if (std::ranges::none_of(forms.of_columns, is_bytea)) return;
  if (!options.utc && std::ranges::any_of(forms.of_columns, has_zone)) return;
  plan.wire = std::move(forms.of_columns);
}

}  // namespace pgcoffer::plan
