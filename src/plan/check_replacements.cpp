#include "plan/check_replacements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "pgcoffer/error.hpp"
#include "policy/column_sql.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::plan {
namespace {

using policy::ColumnAction;

constexpr const char* kRemedy = "Choose a value that it permits, or leave out the rows of the table.";

/// Columns of a table whose values the policy changes, by attribute number.
struct Changed {
  struct Column {
    const catalog::Column* column;
    const policy::ColumnVerdict* verdict;
    std::optional<std::string> value;  ///< SQL of what all rows get; nothing where it depends on the row
  };
  const catalog::Table* table = nullptr;
  std::map<std::int64_t, Column> columns;
};

std::optional<std::string> value_of_all_rows(const catalog::Table& table, const catalog::Column& column,
                                             const policy::ColumnVerdict& verdict) {
  if (verdict.action == ColumnAction::constant) return policy::column_sql(table, column, verdict);
  if (verdict.action == ColumnAction::null || (verdict.action == ColumnAction::omit && !column.has_default))
    return fmt::format("CAST(NULL AS {})", column.type);
  return std::nullopt;
}

Changed changed(const catalog::Table& table, const policy::TableVerdict& verdict) {
  Changed result;
  result.table = &table;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const catalog::Column& column = table.columns[i];
    const policy::ColumnVerdict& decided = verdict.columns[i];
    if (decided.action == ColumnAction::keep || column.generated != catalog::Generated::no) continue;
    result.columns.insert({column.attnum, {&column, &decided, value_of_all_rows(table, column, decided)}});
  }
  return result;
}

/// Runs a query that may fail without harm to the transaction; its failure is a refusal of the policy.
pg::Result attempt(pg::Connection& connection, const std::string& query, const std::string& what,
                   const std::string& rule) {
  connection.exec("SAVEPOINT pgcoffer_try");
  try {
    pg::Result result = connection.query(query);
    connection.exec("RELEASE SAVEPOINT pgcoffer_try");
    return result;
  } catch (const Error& error) {
    if (error.kind() != Kind::failed) throw;
    connection.exec("ROLLBACK TO SAVEPOINT pgcoffer_try; RELEASE SAVEPOINT pgcoffer_try");
    throw policy::refusal(what + ": " + error.message(), kRemedy, rule);
  }
}

void check_domain(pg::Connection& connection, const Changed& table, const Changed::Column& column) {
  if (column.column->type_kind != 'd' || !column.value) return;
  attempt(connection, "SELECT " + *column.value,
          fmt::format("column {} gets a value by \"{}\" that its type {} does not permit",
                      policy::column_name(*table.table, *column.column), to_string(column.verdict->action),
                      column.column->type),
          column.verdict->rule);
}

/// Domains with CHECK constraints whose values are made of the rows' own: the server casts each to the domain.
std::vector<std::string> checked_domains(pg::Connection& connection, const std::map<pg::Oid, Changed>& tables,
                                         const std::string& oids) {
  const pg::Result result = connection.query(fmt::format(
      "WITH RECURSIVE d(relation, number, type) AS (SELECT attrelid, attnum, atttypid FROM pg_catalog.pg_attribute "
      "WHERE attrelid IN ({}) AND attnum > 0 AND NOT attisdropped UNION ALL SELECT d.relation, d.number, t.typbasetype "
      "FROM d JOIN pg_catalog.pg_type t ON t.oid = d.type AND t.typtype = 'd') SELECT DISTINCT relation, number FROM d "
      "JOIN pg_catalog.pg_constraint c ON c.contypid = d.type AND c.contype = 'c' ORDER BY relation, number",
      oids));
  std::vector<std::string> warnings;
  for (int i = 0; i < result.size(); ++i) {
    const Changed& table = tables.at(result[i]["relation"].as_oid());
    const auto found = table.columns.find(result[i]["number"].as_int());
    if (found == table.columns.end() || found->second.value || found->second.verdict->action == ColumnAction::omit)
      continue;
    const Changed::Column& column = found->second;
    warnings.push_back(fmt::format(
        "column {} is changed by \"{}\", and its domain {} has a CHECK constraint; the {} fails at a row "
        "that then breaks it ({})",
        policy::column_name(*table.table, *column.column), to_string(column.verdict->action), column.column->type,
        // Pseudonyms are none of the server's work before they are restored.
        column.verdict->action == ColumnAction::pseudonym ? "restore" : "dump", column.verdict->rule));
  }
  return warnings;
}

struct Constraint {
  std::string name, expression;
  std::vector<const Changed::Column*> named;  ///< those of its columns that are changed
  /// It names no other columns, so that the rows do not matter, and no functions but the server's own. Those of others
  /// are not run: their owner could be after the privileges of the role that dumps.
  bool decided = true;
};

void check_constraint(pg::Connection& connection, const Changed& table, const Constraint& constraint) {
  std::vector<std::string> values;
  for (const Changed::Column* column : constraint.named)
    values.push_back(fmt::format("{} AS {}", *column->value, quote_always(column->column->name)));
  const std::string what = fmt::format("column {} gets a value by \"{}\" that CHECK constraint \"{}\" does not permit",
                                       policy::column_name(*table.table, *constraint.named.front()->column),
                                       to_string(constraint.named.front()->verdict->action), constraint.name);
  const std::string& rule = constraint.named.front()->verdict->rule;
  const pg::Result result =
      attempt(connection,
              fmt::format("SELECT ({}) IS FALSE AS broken FROM (SELECT {}) AS {}", constraint.expression,
                          join(values, ", "), quote_always(table.table->name.name)),
              what, rule);
  if (result[0]["broken"].as_bool()) throw policy::refusal(what + ": " + constraint.expression, kRemedy, rule);
}

std::string warning(const Changed& table, const Constraint& constraint) {
  const Changed::Column& column = *constraint.named.front();
  return fmt::format(
      "column {} is changed by \"{}\", and CHECK constraint \"{}\" names it; the restore fails if a row "
      "then breaks it ({})",
      policy::column_name(*table.table, *column.column), to_string(column.verdict->action), constraint.name,
      column.verdict->rule);
}

/// The constraint as it concerns changed columns; nothing where it names none. A whole row counts as unknown columns.
std::optional<Constraint> concerning(const Changed& table, const pg::Row& row) {
  Constraint result{row["name"].str(), row["expression"].str(), {}, !row["calls_others"].as_bool()};
  for (const std::string& number : row["columns"].as_array()) {
    const auto found = table.columns.find(std::stoll(number));
    if (found != table.columns.end()) result.named.push_back(&found->second);
    result.decided = result.decided && found != table.columns.end() && found->second.value;
  }
  return result.named.empty() ? std::nullopt : std::optional(std::move(result));
}

}  // namespace

std::vector<std::string> check_replacements(pg::Connection& connection, const Plan& plan,
                                            const catalog::Catalog& catalog, const policy::Verdicts& verdicts) {
  std::map<pg::Oid, Changed> tables;
  std::vector<std::string> oids;
  for (const TablePlan& planned : plan.tables) {
    const catalog::Table& table = catalog.tables[planned.table];
    Changed one = changed(table, verdicts.tables[planned.table]);
    if (one.columns.empty()) continue;
    for (const auto& [number, column] : one.columns) check_domain(connection, one, column);
    oids.push_back(std::to_string(table.oid));
    tables.emplace(table.oid, std::move(one));
  }
  if (tables.empty()) return {};
  std::vector<std::string> warnings = checked_domains(connection, tables, join(oids, ", "));
  // Those that are not valid come back so, and ask nothing of the rows.
  const pg::Result result = connection.query(fmt::format(
      "SELECT conrelid AS table, conname AS name, pg_catalog.pg_get_expr(conbin, conrelid) AS expression, "
      "coalesce(conkey, '{{}}') AS columns, EXISTS (SELECT FROM pg_catalog.pg_depend d "
      "WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = c.oid AND d.refclassid IN "
      "('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass)) AS calls_others "
      "FROM pg_catalog.pg_constraint c WHERE contype = 'c' AND convalidated AND conrelid IN ({}) "
      "ORDER BY conrelid, conname",
      join(oids, ", ")));
  for (int i = 0; i < result.size(); ++i) {
    const Changed& table = tables.at(result[i]["table"].as_oid());
    const std::optional<Constraint> constraint = concerning(table, result[i]);
    if (!constraint) continue;
    if (constraint->decided) {
      check_constraint(connection, table, *constraint);
    } else {
      warnings.push_back(warning(table, *constraint));
    }
  }
  return warnings;
}

}  // namespace pgcoffer::plan
