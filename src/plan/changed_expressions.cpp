#include "plan/changed_expressions.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "pgcoffer/error.hpp"
#include "plan/expression_risk.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::plan {
namespace {

// What is divided by may become 0, unless it is a number.
constexpr const char* expressions_sql = R"sql(
  WITH expressions AS (
    SELECT d.adrelid AS relation, 'generated column' AS kind, a.attname AS name, d.adbin::pg_catalog.text AS tree,
           pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression
    FROM pg_catalog.pg_attrdef d
      JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE d.adrelid IN ({tables}) AND a.attgenerated = 's'
    UNION ALL
    SELECT i.indrelid, 'index', c.relname, e.tree, e.expression
    FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      CROSS JOIN LATERAL (VALUES
        (i.indexprs::pg_catalog.text, pg_catalog.pg_get_expr(i.indexprs, i.indrelid)),
        (i.indpred::pg_catalog.text, pg_catalog.pg_get_expr(i.indpred, i.indrelid))) AS e(tree, expression)
    WHERE i.indrelid IN ({tables}) AND e.tree IS NOT NULL)
  SELECT relation AS table, kind, name, expression,
         ARRAY (SELECT DISTINCT v.number[1]
                FROM pg_catalog.regexp_matches(tree, ':varattno (-?[0-9]+)', 'g') AS v(number)) AS columns,
         {may_fail} OR expression ~ ' [/%] (?![(]?[0-9])' AS may_fail, {calls_others} AS calls_others
  FROM expressions
  ORDER BY relation, kind, name, expression)sql";

struct Expression {
  std::string what;  ///< `index "i"`
  bool generated = false;
  std::string sql;
  std::vector<const Changed::Column*> read;  ///< those of the columns it reads that are changed
  bool decided = true;                       ///< it reads nothing else, and the server may be asked
};

/// Nothing where it reads no changed column.
std::optional<Expression> read_expression(const Changed& table, const pg::Row& row) {
  Expression result{row["kind"].str() + " " + quote_always(row["name"].str()),
                    row["kind"].str() != "index",
                    row["expression"].str(),
                    {},
                    !row["calls_others"].as_bool()};
  for (const std::string& number : row["columns"].as_array()) {
    const auto found = table.columns.find(std::stoll(number));
    if (found != table.columns.end()) result.read.push_back(&found->second);
    result.decided = result.decided && found != table.columns.end() && found->second.value;
  }
  return result.read.empty() ? std::nullopt : std::optional(std::move(result));
}

/// The server's words, where it cannot compute the expression of what all rows get.
std::optional<std::string> failure(pg::Connection& connection, const Changed& table, const Expression& expression) {
  std::vector<std::string> values;
  for (const Changed::Column* column : expression.read)
    values.push_back(fmt::format("{} AS {}", *column->value, quote_always(column->column->name)));
  std::optional<std::string> words;
  connection.exec("SAVEPOINT pgcoffer_try");
  try {
    connection.query(fmt::format("SELECT {} FROM (SELECT {}) AS {}", expression.sql, join(values, ", "),
                                 quote_always(table.table->name.name)));
  } catch (const Error& error) {
    if (error.kind() != Kind::failed) throw;
    words = error.message();
    connection.exec("ROLLBACK TO SAVEPOINT pgcoffer_try");
  }
  connection.exec("RELEASE SAVEPOINT pgcoffer_try");
  return words;
}

std::optional<std::string> check_expression(pg::Connection& connection, const Changed& table, const pg::Row& row) {
  const std::optional<Expression> expression = read_expression(table, row);
  if (!expression) return std::nullopt;
  const std::string relation = expression->generated ? "is computed from it" : "has an expression that reads it";
  if (expression->decided) {
    const Changed::Column& column = *expression->read.front();
    if (const auto words = failure(connection, table, *expression))
      throw policy::refusal(fmt::format("{}, and {} {}, which fails with what the column gets: {}",
                                        table.subject(column), expression->what, relation, *words),
                            "Choose a value with which it works, or leave out the rows of the table.", column.rule);
    return std::nullopt;
  }
  const Changed::Column* const column = with_new_values(expression->read);
  if (column == nullptr || !row["may_fail"].as_bool()) return std::nullopt;
  return fmt::format("{}, and {} {}; the restore fails if its expression does not work with a changed value ({})",
                     table.subject(*column), expression->what, relation, column->rule);
}

}  // namespace

std::vector<std::string> check_changed_expressions(pg::Connection& connection, const std::map<pg::Oid, Changed>& tables,
                                                   policy::Refusals& refusals) {
  std::vector<std::string> oids, warnings;
  for (const auto& [oid, table] : tables) oids.push_back(std::to_string(oid));
  const std::string query =
      fmt::format(expressions_sql, fmt::arg("tables", join(oids, ", ")), fmt::arg("may_fail", may_fail("tree")),
                  fmt::arg("calls_others", calls_others("tree")));
  for (const pg::Row row : connection.query(query))
    refusals.attempt([&] {
      if (auto warning = check_expression(connection, tables.at(row["table"].as_oid()), row))
        warnings.push_back(std::move(*warning));
    });
  return warnings;
}

}  // namespace pgcoffer::plan
