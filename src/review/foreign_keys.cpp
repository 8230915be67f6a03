#include "review/foreign_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policy/checks.hpp"

namespace pgcoffer::review {
namespace {

using catalog::Table;
using policy::Outcome;
using policy::TableAction;

/// All kept rows of these tables (partitions of one, or one), with the columns named; empty when a column is not there.
std::string union_of(const plan::Plan& plan, const std::vector<std::size_t>& tables,
                     const std::vector<std::string>& columns) {
  std::vector<std::string> queries, names;
  for (const std::string& column : columns) names.push_back(quote_always(column));
  for (const plan::TablePlan& table : plan.tables) {
    if (std::ranges::find(tables, table.table) == tables.end()) continue;
    for (const std::string& column : columns)
      if (std::ranges::find(table.columns, column, &rows::Column::name) == table.columns.end()) return "";
    queries.push_back(fmt::format("SELECT {} FROM ({}) AS one", join(names, ", "), rows_query(table)));
  }
  if (queries.empty())
    queries.push_back(fmt::format("SELECT {} WHERE false", join(std::vector<std::string>(names.size(), "NULL"), ", ")));
  return join(queries, " UNION ALL ");
}

/// Of rows that were chosen one by one it is known which reference what is left out.
std::optional<std::uint64_t> left_without_parent(const Outcome& outcome, const Outcome::Reference& reference,
                                                 const plan::Plan& plan) {
  const auto& children = outcome.holders(reference.from_index);
  const auto& parents = outcome.holders(reference.to_index);
  bool chosen = false;
  std::uint64_t rows = 0;
  for (const plan::TablePlan& table : plan.tables) {
    const bool child = std::ranges::find(children, table.table) != children.end();
    const bool parent = std::ranges::find(parents, table.table) != parents.end();
    chosen = chosen || (table.subset && (child || parent));
    if (!child) continue;
    for (const plan::MissingParents& one : table.missing_parents)
      if (one.reference == reference.key->name && one.handling == policy::MissingParent::leave) rows += one.rows;
  }
  return chosen ? std::optional(rows) : std::nullopt;
}

std::optional<std::uint64_t> missing(const Outcome& outcome, const Outcome::Reference& reference,
                                     const plan::Plan& plan, pg::Connection& connection) {
  if (const auto known = left_without_parent(outcome, reference, plan)) return known;
  const auto& key = *reference.key;
  const std::string children = union_of(plan, outcome.holders(reference.from_index), key.columns);
  const std::string parents = union_of(plan, outcome.holders(reference.to_index), key.referenced_columns);
  if (children.empty() || parents.empty()) return std::nullopt;
  std::vector<std::string> present, same;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const std::string column = "child." + quote_always(key.columns[i]);
    present.push_back(column + " IS NOT NULL");
    same.push_back(fmt::format("parent.{} = {}", quote_always(key.referenced_columns[i]), column));
  }
  const pg::Result result = connection.query(
      fmt::format("SELECT pg_catalog.count(*) AS n FROM ({}) AS child WHERE {} AND NOT EXISTS (SELECT FROM ({}) AS "
                  "parent WHERE {})",
                  children, join(present, " AND "), parents, join(same, " AND ")));
  return static_cast<std::uint64_t>(result[0]["n"].as_int());
}

/// Whether a column that this key references is changed, so that the referencing one follows.
bool changed(const Outcome& outcome, const Outcome::Reference& reference) {
  const Table& table = outcome.catalog.tables[reference.to_index];
  const auto& columns = outcome.verdicts.tables[reference.to_index].columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (std::ranges::find(reference.key->referenced_columns, table.columns[i].name) !=
            reference.key->referenced_columns.end() &&
        columns[i].action != policy::ColumnAction::keep)
      return true;
  return false;
}

/// One sentence, or empty where the key is as it was.
std::string effect(const Outcome& outcome, const Outcome::Reference& reference) {
  const auto& children = outcome.holders(reference.from_index);
  const auto& parents = outcome.holders(reference.to_index);
  const auto any = [](const auto& tables, auto holds) { return std::ranges::any_of(tables, holds); };
  const auto keeps_some = [&](std::size_t i) { return outcome.keeps_some(i); };
  if (outcome.verdicts.tables[reference.from_index].action == TableAction::exclude) return "";
  if (outcome.verdicts.tables[reference.to_index].action == TableAction::exclude)
    return "is left out, since the table that it references is excluded";
  if (!any(children, keeps_some)) return "";
  if (any(children, [&](std::size_t i) { return outcome.keeps_some(i) && outcome.nulled(reference, i); }))
    return "becomes null, and references nothing";
  if (!any(parents, keeps_some)) return "references rows that are left out";
  if (any(parents, [&](std::size_t i) { return !outcome.keeps_all(i); }))
    return "references rows of which only some are kept";
  return changed(outcome, reference) ? "follows the changed key that it references" : "";
}

}  // namespace

std::string rows_query(const plan::TablePlan& table) {
  const std::string& copy = table.copy_statements.front();
  constexpr std::string_view begin = "COPY (", end = ") TO STDOUT";
  if (copy.starts_with(begin)) return copy.substr(begin.size(), copy.size() - begin.size() - end.size());
  // COPY "s"."t" ("a", "b") TO STDOUT
  std::vector<std::string> names;
  for (const rows::Column& column : table.columns) names.push_back(quote_always(column.name));
  const std::string columns = join(names, ", ");
  const std::string& target = table.copy_target;
  const std::size_t list = columns.empty() ? 0 : columns.size() + std::string_view(" ()").size();
  return fmt::format("SELECT {} FROM ONLY {}", columns, target.substr(0, target.size() - list));
}

std::vector<ForeignKeyEffect> foreign_key_effects(const catalog::Catalog& catalog, policy::Verdicts& verdicts,
                                                  const plan::Plan* plan, pg::Connection& connection) {
  const Outcome outcome(catalog, verdicts);
  std::vector<ForeignKeyEffect> result;
  for (std::size_t to = 0; to < catalog.tables.size(); ++to) {
    for (const Outcome::Reference& reference : outcome.references_to(to)) {
      // What a partition has of its root is told of the root.
      if (reference.from->is_partition && reference.from_index != to && catalog.find(reference.from->partition_root))
        if (std::ranges::any_of(catalog.find(reference.from->partition_root)->foreign_keys,
                                [&](const auto& key) { return key.name == reference.key->name; }))
          continue;
      std::string sentence = effect(outcome, reference);
      if (sentence.empty()) continue;
      ForeignKeyEffect found{display_name(reference.from->name), reference.key->name,
                             display_name(catalog.tables[to].name), std::move(sentence), std::nullopt};
      if (plan != nullptr && found.effect.starts_with("references rows"))
        found.missing = missing(outcome, reference, *plan, connection);
      result.push_back(std::move(found));
    }
  }
  return result;
}

}  // namespace pgcoffer::review
