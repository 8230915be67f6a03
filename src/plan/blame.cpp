#include "plan/blame.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "policy/column_sql.hpp"

namespace pgcoffer::plan {
namespace {

using policy::ColumnAction;

bool works(pg::Connection& connection, const std::string& query) {
  connection.exec("SAVEPOINT pgcoffer_blame");
  bool worked = true;
  try {
    connection.exec("EXPLAIN " + query);
  } catch (const Error& error) {
    if (error.kind() != Kind::failed) throw;
    worked = false;
  }
  connection.exec("ROLLBACK TO SAVEPOINT pgcoffer_blame; RELEASE SAVEPOINT pgcoffer_blame");
  return worked;
}

}  // namespace

std::string beside_row(std::string_view query) {
  constexpr std::string_view select = "SELECT ";
  const std::string_view rest = query.substr(select.size());
  const bool no_columns = rest.starts_with(" FROM ");
  return no_columns ? std::string(query) : fmt::format("{}tableoid, {}", select, rest);
}

std::vector<std::string> rules_to_blame(pg::Connection& connection, const catalog::Table& table,
                                        const policy::TableVerdict& verdict) {
  std::vector<std::string> rules;
  const std::string from = "FROM ONLY " + quote_always(table.name);
  // The line end closes a comment that the SQL may end with.
  const bool where = !verdict.where || works(connection, fmt::format("SELECT {} WHERE ({}\n)", from, *verdict.where));
  const bool order = verdict.order_by.empty() ||
                     works(connection, fmt::format("SELECT {} ORDER BY {}\n, ctid", from, verdict.order_by));
  if (!where || !order) rules.push_back(verdict.rule);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const policy::ColumnVerdict& column = verdict.columns[i];
    const bool kept = column.action == ColumnAction::keep || column.action == ColumnAction::omit;
    const bool generated = table.columns[i].generated != catalog::Generated::no;
    if (kept || generated ||
        works(connection, beside_row(fmt::format("SELECT {} {}", column_sql(table, table.columns[i], column), from))))
      continue;
    rules.push_back(fmt::format("{} (column \"{}\")", column.rule, table.columns[i].name));
  }
  return rules;
}

}  // namespace pgcoffer::plan
