#include "subset/fixpoint.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plan/data_order.hpp"
#include "plan/statements.hpp"

namespace pgcoffer::subset {
namespace {

using policy::Follow;
using policy::MissingParent;

constexpr std::string_view kChild = "c", kBoth = "b", kTakesParents = "bp", kAny;

std::string of_rows(std::string_view alias) {
  return fmt::format("{0}.r = s.r AND {0}.t = s.t", alias);
}

/// SQL: none of the referencing columns is null. (A row of MATCH FULL has all of them or none.)
std::string references_something(const Edge& edge) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < edge.key->columns.size(); ++i) parts.push_back(fmt::format("c.k{} IS NOT NULL", i));
  return join(parts, " AND ");
}

}  // namespace

Fixpoint::Fixpoint(const Graph& graph, const Roles& roles, const policy::Outcome& outcome, KeySets& keys)
    : graph_(graph),
      roles_(roles),
      outcome_(outcome),
      keys_(keys),
      start_rows_(outcome.catalog.tables.size()),
      newest_child_(start_rows_.size(), -1),
      newest_both_(start_rows_.size(), -1),
      newest_parent_(start_rows_.size(), -1),
      settled_(start_rows_.size()) {}

void Fixpoint::run() {
  start();
  grow();
  settle();
  filter();
}

void Fixpoint::start() {
  for (std::size_t leaf = 0; leaf < start_rows_.size(); ++leaf) {
    const policy::TableVerdict& verdict = outcome_.verdicts.tables[leaf];
    const std::size_t table = graph_.root(leaf);
    if (verdict.follow == Follow::no || std::ranges::count(graph_.leaves(table), leaf) == 0) continue;
    const catalog::Table& here = outcome_.catalog.tables[leaf];
    const Kind kind = verdict.follow == Follow::children ? Kind::child
                      : verdict.follow == Follow::both   ? Kind::both
                                                         : Kind::parent;
    const std::string select =
        fmt::format("SELECT tableoid AS r, ctid AS t FROM ONLY {} WHERE {}", quote_always(here.name),
                    plan::row_condition(outcome_.catalog, here, verdict));
    const char known = static_cast<char>(kind);
    start_rows_[leaf] = keys_.add(table, kind, 0, {&known, 1}, select);
    auto& newest = kind == Kind::child ? newest_child_ : kind == Kind::both ? newest_both_ : newest_parent_;
    if (start_rows_[leaf] > 0) newest[table] = 0;
  }
}

void Fixpoint::grow() {
  bool any = true;
  for (int round = 1; any; ++round) {
    any = false;
    for (const Edge& edge : graph_.edges()) {
      any = grow_down(edge, Kind::child, round) || any;
      any = grow_down(edge, Kind::both, round) || any;
      any = grow_up(edge, round) || any;
    }
  }
}

bool Fixpoint::grow_down(const Edge& edge, Kind kind, int round) {
  std::vector<int>& newest = kind == Kind::child ? newest_child_ : newest_both_;
  if (newest[edge.parent] < round - 1 || graph_.leaves(edge.from).empty()) return false;
  const std::string_view same = kind == Kind::child ? kChild : kBoth;
  const std::string select = fmt::format(
      "SELECT c.r, c.t FROM {} AS s, {} AS p, {} AS c WHERE {} AND {}", keys_.rows(edge.parent, same, round - 1),
      from(edge.to, graph_.leaves(edge.to), edge.key->referenced_columns, false),
      from(edge.from, graph_.leaves(edge.from), edge.key->columns, true), of_rows("p"), edge.match());
  if (keys_.add(edge.child, kind, round, same, select) == 0) return false;
  newest[edge.child] = round;
  return true;
}

bool Fixpoint::grow_up(const Edge& edge, int round) {
  const int newest = std::max(newest_both_[edge.child], newest_parent_[edge.child]);
  if (newest < round - 1 || graph_.leaves(edge.to).empty() || graph_.leaves(edge.from).empty()) return false;
  const std::string select = fmt::format("SELECT p.r, p.t FROM {} AS s, {} AS c, {} AS p WHERE {} AND {}",
                                         keys_.rows(edge.child, kTakesParents, round - 1),
                                         from(edge.from, graph_.leaves(edge.from), edge.key->columns, false),
                                         from(edge.to, graph_.leaves(edge.to), edge.key->referenced_columns, true),
                                         of_rows("c"), edge.match());
  if (keys_.add(edge.parent, Kind::parent, round, kTakesParents, select) == 0) return false;
  newest_parent_[edge.parent] = round;
  return true;
}

std::vector<const Check*> Fixpoint::filters_of(std::size_t table) const {
  std::vector<const Check*> result;
  for (const Check& check : roles_.checks())
    if (check.handling == MissingParent::filter && graph_.edges()[check.edge].child == table) result.push_back(&check);
  return result;
}

/// Fills the sets of tables that no rule reaches, referenced tables first.
void Fixpoint::settle() {
  for (std::size_t table = 0; table < settled_.size(); ++table) settled_[table] = !roles_.of(table).listed;
  for (std::size_t table = 0; table < settled_.size(); ++table)
    settled_[table] = settled_[table] || roles_.of(table).reached();
  for (const std::size_t table : plan::data_order(outcome_.catalog.tables).tables) {
    if (graph_.root(table) != table || settled_[table]) continue;
    keys_.add(table, Kind::kept, 0, "k", settled_rows(table));
    settled_[table] = true;
  }
}

/// The rows that the table's own rule keeps, without most of those whose parents are not there: what will go anyway
/// shall not come in the first place.
std::string Fixpoint::settled_rows(std::size_t table) const {
  std::vector<std::string> columns;
  std::string joins, conditions;
  for (const Check* check : filters_of(table)) {
    const Edge& edge = graph_.edges()[check->edge];
    const bool all = check->leaves.size() == graph_.leaves(table).size();
    if (!all || edge.declared || !settled_[edge.parent]) continue;
    const std::string parent = fmt::format("p{}", columns.size());
    joins +=
        fmt::format(" LEFT JOIN {} AS {} ON {}", kept(edge.to, graph_.leaves(edge.to), edge.key->referenced_columns),
                    parent, edge.match(parent, columns.size()));
    conditions += fmt::format("{}({}.r IS NOT NULL", conditions.empty() ? " WHERE " : " AND ", parent);
    for (const std::string& column : edge.key->columns) {
      conditions += fmt::format(" OR c.k{} IS NULL", columns.size());
      columns.push_back(column);
    }
    conditions += ")";
  }
  return fmt::format("SELECT c.r, c.t FROM {} AS c{}{}", from(table, graph_.leaves(table), columns, true), joins,
                     conditions);
}

void Fixpoint::filter() {
  std::vector<bool> changed(settled_.size(), true);
  for (bool any = true; any;) {
    any = false;
    std::vector<bool> now(changed.size(), false);
    for (const Check& check : roles_.checks()) {
      const Edge& edge = graph_.edges()[check.edge];
      if (check.handling != MissingParent::filter || !(changed[edge.parent] || now[edge.parent])) continue;
      if (keys_.remove(edge.child, violations(check)) == 0) continue;
      now[edge.child] = any = true;
    }
    changed = std::move(now);
  }
}

std::string Fixpoint::violations(const Check& check) const {
  const Edge& edge = graph_.edges()[check.edge];
  const auto exists = [&](const std::string& parents) {
    return fmt::format("EXISTS (SELECT FROM {} AS p WHERE {})", parents, edge.match());
  };
  std::string sql = fmt::format("SELECT c.r, c.t FROM {} AS c WHERE {} AND NOT {}",
                                kept(edge.child, check.leaves, edge.key->columns), references_something(edge),
                                exists(kept(edge.to, graph_.leaves(edge.to), edge.key->referenced_columns)));
  // What no foreign key enforces may lead nowhere in the database, too.
  if (edge.declared) {
    sql += " AND EXISTS (SELECT FROM (SELECT ";
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < edge.key->columns.size(); ++i)
      columns.push_back(fmt::format("{} AS k{}", quote_always(edge.key->referenced_columns[i]), i));
    const catalog::Table& to = outcome_.catalog.tables[edge.to];
    sql += fmt::format("{} FROM {}{}) AS p WHERE {})", join(columns, ", "), to.relkind == 'p' ? "" : "ONLY ",
                       quote_always(to.name), edge.match());
  }
  return sql;
}

/// The leaf's own rule, where it does not say where to start only.
std::string Fixpoint::condition(std::size_t leaf) const {
  policy::TableVerdict verdict = outcome_.verdicts.tables[leaf];
  if (verdict.follow != Follow::no) {
    verdict.where.reset();
    verdict.sample.reset();
  }
  return plan::row_condition(outcome_.catalog, outcome_.catalog.tables[leaf], verdict);
}

std::string Fixpoint::from(std::size_t table, const std::vector<std::size_t>& leaves,
                           const std::vector<std::string>& columns, bool by_own_rule) const {
  std::string list = "SELECT tableoid AS r, ctid AS t";
  for (std::size_t i = 0; i < columns.size(); ++i) list += fmt::format(", {} AS k{}", quote_always(columns[i]), i);
  std::vector<std::string> parts;
  bool whole = graph_.complete(table) && leaves.size() == graph_.leaves(table).size();
  for (const std::size_t leaf : leaves) {
    const std::string where = by_own_rule ? condition(leaf) : "";
    parts.push_back(fmt::format("{} FROM ONLY {}{}{}", list, quote_always(outcome_.catalog.tables[leaf].name),
                                where.empty() ? "" : " WHERE ", where));
    whole = whole && where.empty();
  }
  // A partitioned table as one is planned faster than its partitions.
  if (whole && parts.size() > 1)
    return fmt::format("({} FROM {})", list, quote_always(outcome_.catalog.tables[table].name));
  if (parts.empty())
    return fmt::format("({} FROM {} WHERE false)", list, quote_always(outcome_.catalog.tables[table].name));
  return "(" + join(parts, " UNION ALL ") + ")";
}

std::string Fixpoint::kept(std::size_t table, const std::vector<std::size_t>& leaves,
                           const std::vector<std::string>& columns) const {
  const std::size_t root = graph_.root(table);
  if (!roles_.of(root).listed) return from(table, leaves, columns, true);
  return fmt::format("(SELECT q.* FROM {} AS q WHERE EXISTS (SELECT FROM {} AS s WHERE {}))",
                     from(table, leaves, columns, false), keys_.rows(root, kAny, std::nullopt), of_rows("q"));
}

}  // namespace pgcoffer::subset
