#include "policy/citext.hpp"

#include <fmt/format.h>

#include "base/bare_operator.hpp"
#include "base/text.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {

void refuse_bare_citext(const catalog::Table& table, const TableVerdict& verdict) {
  constexpr std::string_view type = ".citext";
  const auto check = [&](const std::string& expression, const std::string& rule) {
    for (const catalog::Column& column : table.columns) {
      if (!column.base_type.ends_with(type) || !has_bare_operator(expression, column.name)) continue;
      const std::string schema = column.base_type.substr(0, column.base_type.size() - type.size());
      throw refusal(fmt::format("column {} of {} is citext, and an operator without schema beside it would be text's, "
                                "which tells capitals apart",
                                quote_ident(column.name), display_name(table.name)),
                    fmt::format("Write {0} OPERATOR({1}.=) …, or {0}::pg_catalog.text where capitals are to count",
                                quote_ident(column.name), schema),
                    rule);
    }
  };
  if (verdict.where) check(*verdict.where, verdict.rule);
  for (const ColumnVerdict& column : verdict.columns)
    if (column.action == ColumnAction::sql) check(column.value, column.rule);
}

}  // namespace pgcoffer::policy
