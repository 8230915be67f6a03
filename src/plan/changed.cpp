#include "plan/changed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policy/column_sql.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::plan {
namespace {

using policy::ColumnAction;

bool leaves_null(const catalog::Column& column, const policy::ColumnVerdict& verdict) {
  return verdict.action == ColumnAction::null || (verdict.action == ColumnAction::omit && !column.has_default);
}

std::optional<std::string> value_of_all_rows(const catalog::Table& table, const catalog::Column& column,
                                             const policy::ColumnVerdict& verdict) {
  if (verdict.action == ColumnAction::constant) return policy::column_sql(table, column, verdict);
  if (leaves_null(column, verdict)) return null_of(column);
  return std::nullopt;
}

/// Of the columns that it is computed from, one that is changed: rather one by which it surely becomes null.
const Changed::Column* source_of(const Changed& table, const catalog::Column& generated) {
  const Changed::Column* source = nullptr;
  for (const std::int16_t number : generated.computed_from) {
    const auto found = table.columns.find(number);
    if (found != table.columns.end() && (source == nullptr || found->second.null)) source = &found->second;
  }
  return source;
}

/// A restore computes it anew. What it becomes is known only where a null makes it null.
void add_computed(Changed& result, const catalog::Column& generated) {
  const Changed::Column* const source = source_of(result, generated);
  if (source == nullptr) return;
  Changed::Column computed = *source;
  computed.column = &generated;
  computed.source = source->column;
  computed.null = source->null && generated.null_of_null;
  computed.some_nulls = source->some_nulls && generated.null_of_null;
  computed.value = computed.null ? std::optional(null_of(generated)) : std::nullopt;
  result.columns.insert({generated.attnum, std::move(computed)});
}

}  // namespace

std::string null_of(const catalog::Column& column) {
  return fmt::format("CAST(NULL AS {})", column.type);
}

std::string Changed::subject(const Column& column) const {
  const std::string name = policy::column_name(*table, *column.column);
  if (column.source == nullptr) return fmt::format("column {} is changed by \"{}\"", name, column.action);
  return fmt::format("generated column {} is computed from column {}, which is changed by \"{}\"", name,
                     policy::column_name(*table, *column.source), column.action);
}

Changed changed(const catalog::Table& table, const policy::TableVerdict& verdict, const std::set<std::size_t>& nulls) {
  Changed result;
  result.table = &table;
  result.missing_parent_rule = verdict.missing_parent_rule;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const catalog::Column& column = table.columns[i];
    const policy::ColumnVerdict& decided = verdict.columns[i];
    if (column.generated != catalog::Generated::no) continue;
    const bool some_nulls = nulls.contains(i);
    if (decided.action != ColumnAction::keep)
      result.columns.insert(
          {column.attnum,
           {&column, &decided, value_of_all_rows(table, column, decided), leaves_null(column, decided), some_nulls,
            std::string(to_string(decided.action)), decided.rule}});
    else if (some_nulls)
      result.columns.insert(
          {column.attnum, {&column, &decided, std::nullopt, false, true, kMissingParent, verdict.missing_parent_rule}});
  }
  for (const catalog::Column& column : table.columns)
    if (column.generated != catalog::Generated::no) add_computed(result, column);
  return result;
}

const Changed::Column* with_new_values(const std::vector<const Changed::Column*>& columns) {
  const auto found = std::ranges::find_if(
      columns, [](const Changed::Column* column) { return !column->null && !column->only_some_nulls(); });
  return found == columns.end() ? nullptr : *found;
}

}  // namespace pgcoffer::plan
