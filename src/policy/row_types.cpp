#include "policy/row_types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/sql_tokens.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

/// SQL names of types that values of the column's type are made of: itself, domains' base, arrays' elements.
std::set<std::string> made_of(const Column& column) {
  std::set<std::string> names = {column.type, column.base_type};
  names.insert(column.domains.begin(), column.domains.end());
  names.insert(column.elements.begin(), column.elements.end());
  std::set<std::string> result;
  for (std::string name : names) {
    while (name.ends_with("[]")) name.resize(name.size() - 2);
    result.insert(std::move(name));
  }
  return result;
}

/// All `schema.name` in the definition of a type.
std::set<std::string> qualified_names(const std::string& sql) {
  std::set<std::string> result;
  const SqlTokens tokens = sql_tokens(sql).value_or(SqlTokens());
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i)
    if (tokens[i].is_name() && tokens[i + 1].is(SqlToken::Type::symbol, ".") && tokens[i + 2].is_name())
      result.insert(quote_ident(QualifiedName{tokens[i].text, tokens[i + 2].text}));
  return result;
}

/// `column "ssn" is changed by "mask" (rule)`; nothing where the rows are kept as they are.
std::optional<std::string> withheld(const Table& table, const TableVerdict& verdict, bool some_rows) {
  if (verdict.action != TableAction::keep) return fmt::format("whose rows are left out ({})", verdict.rule);
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (verdict.columns[i].action != ColumnAction::keep)
      return fmt::format("whose column {} is changed by \"{}\" ({})", quote_always(table.columns[i].name),
                         to_string(verdict.columns[i].action), verdict.columns[i].rule);
  if (verdict.filtered()) return fmt::format("of whose rows some are left out ({})", verdict.rule);
  if (some_rows) return "of whose rows some may be left out with those that they reference";
  return std::nullopt;
}

class RowTypes {
 public:
  RowTypes(const catalog::Catalog& catalog, const Verdicts& verdicts, const std::vector<bool>& some_rows) {
    for (std::size_t i = 0; i < catalog.tables.size(); ++i) {
      const Table& table = catalog.tables[i];
      if (!stores_rows(table)) continue;
      const std::string name = quote_ident(table.name);
      for (const Column& column : table.columns) parts_[name].merge(made_of(column));
      if (const auto what = withheld(table, verdicts.tables[i], some_rows[i]))
        withheld_.emplace(name, fmt::format("rows of table {}, {}", table_name(table), *what));
    }
    if (withheld_.empty()) return;
    for (const catalog::Object& object : catalog.objects)
      if (object.kind == "TYPE" || object.kind == "DOMAIN")
        parts_[quote_ident(QualifiedName{object.schema, object.name})].merge(qualified_names(object.create_sql));
  }

  /// `rows of table "public.person", whose column …`
  [[nodiscard]] std::optional<std::string> in(const Column& column) const {
    std::set<std::string> seen;
    for (const std::string& name : made_of(column))
      if (auto found = in(name, seen)) return found;
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::optional<std::string> in(const std::string& name, std::set<std::string>& seen) const {
    if (!seen.insert(name).second) return std::nullopt;
    if (const auto found = withheld_.find(name); found != withheld_.end()) return found->second;
    const auto parts = parts_.find(name);
    if (parts == parts_.end()) return std::nullopt;
    for (const std::string& part : parts->second)
      if (auto found = in(part, seen)) return found;
    return std::nullopt;
  }

  std::map<std::string, std::set<std::string>> parts_;
  std::map<std::string, std::string> withheld_;
};

}  // namespace

std::vector<std::string> told_by_row_types(const catalog::Catalog& catalog, const Verdicts& verdicts,
                                           const std::vector<bool>& some_rows) {
  std::vector<std::string> warnings;
  const RowTypes types(catalog, verdicts, some_rows);
  for (std::size_t i = 0; i < catalog.tables.size(); ++i) {
    const Table& table = catalog.tables[i];
    if (!table.rows_selected || verdicts.tables[i].action != TableAction::keep) continue;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const Column& column = table.columns[c];
      if (verdicts.tables[i].columns[c].action != ColumnAction::keep || column.generated != catalog::Generated::no)
        continue;
      if (const auto rows = types.in(column))
        warnings.push_back(
            fmt::format("column {} is kept, though values of its type {} hold {}: rules do not look into "
                        "such values; set the column to null, or omit it",
                        column_name(table, column), column.type, *rows));
    }
  }
  return warnings;
}

}  // namespace pgcoffer::policy
