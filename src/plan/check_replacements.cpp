#include "plan/check_replacements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "pgcoffer/error.hpp"
#include "plan/changed.hpp"
#include "plan/changed_expressions.hpp"
#include "plan/changed_views.hpp"
#include "plan/null_expressions.hpp"
#include "policy/rules.hpp"
#include "policy/sql_text.hpp"

namespace pgcoffer::plan {
namespace {

using policy::ColumnAction;

constexpr const char* kRemedy = "Choose a value that it permits, or leave out the rows of the table.";

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

std::string gets(const Changed& table, const Changed::Column& column) {
  if (column.source != nullptr) return table.subject(column) + ", and gets a value";
  return fmt::format("column {} gets a value by \"{}\"", policy::column_name(*table.table, *column.column),
                     column.action);
}

void check_domain(pg::Connection& connection, const Changed& table, const Changed::Column& column) {
  if (column.column->type_kind != 'd' || !column.value) return;
  attempt(connection, "SELECT " + *column.value,
          fmt::format("{} that its type {} does not permit", gets(table, column), column.column->type), column.rule);
}

/// Whether the server computes the query, and does not say that it is true.
bool permits(pg::Connection& connection, const std::string& query) {
  connection.exec("SAVEPOINT pgcoffer_try");
  bool good = false;
  try {
    good = connection.query(query)[0][0].str() != "t";
  } catch (const Error& error) {
    if (error.kind() != Kind::failed) throw;
    connection.exec("ROLLBACK TO SAVEPOINT pgcoffer_try");
  }
  connection.exec("RELEASE SAVEPOINT pgcoffer_try");
  return good;
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
    if (found == table.columns.end() || found->second.value) continue;
    const Changed::Column& column = found->second;
    const bool computed = column.source != nullptr;
    if (!computed && column.verdict->action == ColumnAction::omit) continue;
    // Most of them permit a null, which one can ask.
    if (column.only_some_nulls() && permits(connection, "SELECT " + null_of(*column.column) + " IS NOT NULL")) continue;
    warnings.push_back(
        fmt::format("{}, and its domain {} has a CHECK constraint; the {} fails at a row that then breaks it ({})",
                    table.subject(column), column.column->type,
                    // Pseudonyms, and what is computed, are none of the server's work before they are restored.
                    computed || column.verdict->action == ColumnAction::pseudonym ? "restore" : "dump", column.rule));
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
  const std::string what = fmt::format("{} that CHECK constraint \"{}\" does not permit",
                                       gets(table, *constraint.named.front()), constraint.name);
  const std::string& rule = constraint.named.front()->rule;
  const pg::Result result =
      attempt(connection,
              fmt::format("SELECT ({}) IS FALSE AS broken FROM (SELECT {}) AS {}", constraint.expression,
                          join(values, ", "), quote_always(table.table->name.name)),
              what, rule);
  if (result[0]["broken"].as_bool()) throw policy::refusal(what + ": " + constraint.expression, kRemedy, rule);
}

std::string warning(const Changed& table, const Constraint& constraint) {
  const Changed::Column& column = *constraint.named.front();
  return fmt::format("{}, and CHECK constraint \"{}\" names it; the restore fails if a row then breaks it ({})",
                     table.subject(column), constraint.name, column.rule);
}

/// It is about nothing but a kept column that becomes null in some rows, and permits that: `n > 0`.
bool permits_null(pg::Connection& connection, const Changed& table, const pg::Row& row, const Constraint& constraint) {
  const Changed::Column& column = *constraint.named.front();
  const bool alone = row["columns"].as_array().size() == 1 && !row["calls_others"].as_bool();
  if (!alone || !column.only_some_nulls()) return false;
  return permits(connection, fmt::format("SELECT ({}) IS FALSE FROM (SELECT {} AS {}) AS {}", constraint.expression,
                                         null_of(*column.column), quote_always(column.column->name),
                                         quote_always(table.table->name.name)));
}

/// What a null in some rows may break in a column that is generated from it; empty where nothing.
std::string broken_by_null(const catalog::Table& table, const catalog::Column& generated) {
  if (generated.not_null)
    return fmt::format("is NOT NULL; the restore fails if {}",
                       generated.null_of_null ? "a row's parent is missing" : "its expression gives null then");
  // Nulls are no duplicates.
  if (generated.null_of_null) return "";
  for (const catalog::UniqueKey& key : table.unique_keys)
    if (std::ranges::find(key.columns, generated.name) != key.columns.end())
      return fmt::format("is part of unique key \"{}\"; the restore fails if two rows get the same", key.name);
  return "";
}

/// Generated columns that are computed from columns that become null in some rows.
std::vector<std::string> computed_of_nulls(const Changed& table) {
  std::vector<std::string> warnings;
  for (const catalog::Column& generated : table.table->columns)
    for (const std::int16_t number : generated.computed_from) {
      const auto source = table.columns.find(number);
      if (source == table.columns.end() || !source->second.some_nulls) continue;
      const std::string broken = broken_by_null(*table.table, generated);
      if (broken.empty()) continue;
      warnings.push_back(
          fmt::format("column {} is changed by \"{}\", and generated column {}, computed from it, {} ({})",
                      policy::column_name(*table.table, *source->second.column), kMissingParent,
                      policy::column_name(*table.table, generated), broken, table.missing_parent_rule));
    }
  return warnings;
}

/// Partial unique indexes may get rows that their condition left out: `WHERE post_id IS NULL`.
std::vector<std::string> conditions_on_nulls(const Changed& table, const catalog::Catalog& catalog) {
  std::vector<std::string> warnings;
  if (std::ranges::none_of(table.columns, [](const auto& one) { return one.second.only_some_nulls(); }))
    return warnings;
  for (const catalog::Object& index : catalog.objects) {
    const bool partial = std::ranges::any_of(
        table.table->unique_keys, [&](const catalog::UniqueKey& key) { return key.partial && key.name == index.name; });
    if (index.kind != "INDEX" || index.table != table.table->oid || !partial) continue;
    const auto names = policy::index_names(index.create_sql);
    for (const auto& [number, column] : table.columns)
      // Of what a rule changes this is told where rules are looked at.
      if (column.only_some_nulls() && (!names || names->predicate.contains(column.column->name)))
        warnings.push_back(fmt::format(
            "{}, and the condition of unique index \"{}\" names it; the restore fails if rows that it left out are "
            "duplicates ({})",
            table.subject(column), index.name, column.rule));
  }
  return warnings;
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
                                            const catalog::Catalog& catalog, const policy::Verdicts& verdicts,
                                            const SomeNulls& nulls, policy::Refusals& refusals) {
  static const std::set<std::size_t> none;
  std::map<pg::Oid, Changed> tables;
  std::vector<std::string> oids;
  for (const TablePlan& planned : plan.tables) {
    const catalog::Table& table = catalog.tables[planned.table];
    const auto some = nulls.find(planned.table);
    Changed one = changed(table, verdicts.tables[planned.table], some == nulls.end() ? none : some->second);
    if (one.columns.empty()) continue;
    for (const auto& each : one.columns) refusals.attempt([&] { check_domain(connection, one, each.second); });
    oids.push_back(std::to_string(table.oid));
    tables.emplace(table.oid, std::move(one));
  }
  if (tables.empty()) return {};
  std::vector<std::string> warnings = checked_domains(connection, tables, join(oids, ", "));
  std::ranges::move(check_null_expressions(connection, tables, refusals), std::back_inserter(warnings));
  std::ranges::move(check_changed_expressions(connection, tables, refusals), std::back_inserter(warnings));
  std::ranges::move(check_changed_views(connection, tables, catalog), std::back_inserter(warnings));
  for (const auto& [oid, table] : tables) {
    std::ranges::move(computed_of_nulls(table), std::back_inserter(warnings));
    std::ranges::move(conditions_on_nulls(table, catalog), std::back_inserter(warnings));
  }
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
      refusals.attempt([&] { check_constraint(connection, table, *constraint); });
    } else if (!permits_null(connection, table, result[i], *constraint)) {
      warnings.push_back(warning(table, *constraint));
    }
  }
  return warnings;
}

}  // namespace pgcoffer::plan
