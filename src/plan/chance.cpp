#include "plan/chance.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/ascii.hpp"
#include "base/sql_tokens.hpp"
#include "base/text.hpp"

namespace pgcoffer::plan {
namespace {

/// Names that stand before a parenthesis.
std::set<std::string> called_in(const std::string& condition) {
  std::set<std::string> names;
  const SqlTokens tokens = sql_tokens(condition).value_or(SqlTokens());
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
    if (tokens[i].is_name() && tokens[i + 1].is(SqlToken::Type::symbol, "("))
      names.insert(tokens[i].type == SqlToken::Type::word ? lower_ascii(tokens[i].text) : tokens[i].text);
  return names;
}

}  // namespace

std::vector<std::string> rows_by_chance(pg::Connection& connection, const Plan& plan, const catalog::Catalog& catalog,
                                        const policy::Verdicts& verdicts) {
  std::map<std::string, std::vector<std::size_t>> tables_by_function;
  for (const TablePlan& table : plan.tables)
    if (const auto& condition = verdicts.tables[table.table].where)
      for (const std::string& name : called_in(*condition)) tables_by_function[name].push_back(table.table);
  std::vector<std::string> names;
  for (const auto& [name, tables] : tables_by_function) names.push_back(quote_literal(name));
  std::vector<std::string> warnings;
  if (names.empty()) return warnings;
  const pg::Result found = connection.query(
      fmt::format("SELECT DISTINCT proname FROM pg_catalog.pg_proc WHERE provolatile = 'v' AND proname IN ({}) "
                  "ORDER BY 1",
                  join(names, ", ")));
  for (const pg::Row row : found) {
    std::vector<std::string> tables;
    for (const std::size_t table : tables_by_function.at(row[0].str()))
      tables.push_back(display_name(catalog.tables[table].name));
    warnings.push_back(
        fmt::format("the policy chooses rows of {} by {}(), which says something else each time: another dump has "
                    "other rows, and rows that are looked up twice, as references are, may not fit together; "
                    "\"sample\" takes the same rows every time",
                    join_first(tables), quote_ident(row[0].view())));
  }
  return warnings;
}

}  // namespace pgcoffer::plan
