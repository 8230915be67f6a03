#include "subset/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "policy/rules.hpp"

namespace pgcoffer::subset {
namespace {

using policy::TableAction;

// What RI triggers compare by: the operator and, where collations differ, the referenced column's.
constexpr const char* operators_sql = R"sql(
  SELECT k.conrelid, k.conname,
    ARRAY(SELECT pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)
          FROM pg_catalog.unnest(k.conpfeqop) WITH ORDINALITY AS u(operator, place)
            JOIN pg_catalog.pg_operator o ON o.oid = u.operator
            JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
          ORDER BY u.place) AS operators,
    ARRAY(SELECT CASE WHEN c.attcollation <> p.attcollation AND p.attcollation <> 0
                      THEN (SELECT pg_catalog.format(' COLLATE %I.%I', n.nspname, l.collname)
                            FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
                            WHERE l.oid = p.attcollation)
                      ELSE ' ' END
          FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) WITH ORDINALITY AS u(own, other, place)
            JOIN pg_catalog.pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = u.own
            JOIN pg_catalog.pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = u.other
          ORDER BY u.place) AS collations
  FROM pg_catalog.pg_constraint k
  WHERE k.contype = 'f' AND k.conrelid IN ({tables}))sql";

bool dumps_rows(const catalog::Table& table, const policy::TableVerdict& verdict) {
  return table.relkind == 'r' && table.rows_selected && verdict.action == TableAction::keep;
}

}  // namespace

std::string Edge::match(std::string_view parent_alias, std::size_t first) const {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < operators.size(); ++i)
    parts.push_back(fmt::format("{}.k{} {} c.k{}{}", parent_alias, i, operators[i], first + i, collations[i]));
  return join(parts, " AND ");
}

Graph::Graph(const catalog::Catalog& catalog, const policy::Verdicts& verdicts)
    : catalog_(catalog),
      verdicts_(verdicts),
      leaves_(catalog.tables.size()),
      roots_(catalog.tables.size()),
      complete_(catalog.tables.size(), true),
      cut_(catalog.tables.size(), false) {
  for (std::size_t i = 0; i < catalog.tables.size(); ++i) by_oid_.emplace(catalog.tables[i].oid, i);
  find_leaves();
  for (std::size_t i = 0; i < catalog.tables.size(); ++i)
    for (const catalog::ForeignKey& key : catalog.tables[i].foreign_keys)
      if (key.enforced && !inherited(i, key)) add_edge(i, key, false);
  for (const policy::DeclaredReference& reference : verdicts.references) add_edge(reference.table, reference.key, true);
}

const std::size_t* Graph::find(catalog::Oid table) const {
  const auto found = by_oid_.find(table);
  return found == by_oid_.end() ? nullptr : &found->second;
}

void Graph::find_leaves() {
  for (std::size_t i = 0; i < catalog_.tables.size(); ++i) {
    const catalog::Table& table = catalog_.tables[i];
    const std::size_t* root = table.is_partition ? find(table.partition_root) : nullptr;
    roots_[i] = root == nullptr ? i : *root;
    if (table.relkind == 'p') continue;
    const bool dumped = dumps_rows(table, verdicts_.tables[i]);
    for (const std::size_t* at = &i; at != nullptr;) {
      if (dumped) leaves_[*at].push_back(i);
      if (!dumped) complete_[*at] = false;
      if (verdicts_.tables[i].action != TableAction::keep) cut_[*at] = true;
      const catalog::Table& here = catalog_.tables[*at];
      at = here.is_partition && !here.parents.empty() ? find(here.parents.front()) : nullptr;
    }
  }
}

/// Partitions have copies of their parents' foreign keys.
bool Graph::inherited(std::size_t table, const catalog::ForeignKey& key) const {
  const catalog::Table& here = catalog_.tables[table];
  const std::size_t* parent = here.is_partition && !here.parents.empty() ? find(here.parents.front()) : nullptr;
  if (parent == nullptr) return false;
  return std::ranges::any_of(catalog_.tables[*parent].foreign_keys, [&](const catalog::ForeignKey& other) {
    return other.referenced == key.referenced && other.columns == key.columns &&
           other.referenced_columns == key.referenced_columns;
  });
}

void Graph::add_edge(std::size_t table, const catalog::ForeignKey& key, bool declared) {
  const std::size_t* to = find(key.referenced);
  if (to == nullptr || !catalog_.tables[table].selected || !catalog_.tables[*to].selected) return;
  // Rows that the command line leaves out are missed by intent.
  const bool rows_wanted = catalog_.tables[*to].relkind == 'p' || catalog_.tables[*to].rows_selected;
  if (!rows_wanted || verdicts_.tables[*to].action == TableAction::exclude) return;
  const std::vector<std::string> equal(key.columns.size(), "="), none(key.columns.size());
  edges_.push_back({table, *to, root(table), root(*to), &key, declared, equal, none});
}

void Graph::read_operators(pg::Connection& connection) {
  std::vector<std::string> oids;
  for (const Edge& edge : edges_) oids.push_back(std::to_string(edge.key->table));
  if (oids.empty()) return;
  const auto rows = connection.query(fmt::format(operators_sql, fmt::arg("tables", join(oids, ", "))));
  std::map<std::pair<catalog::Oid, std::string>, int> found;
  for (int i = 0; i < rows.size(); ++i) found[{rows[i]["conrelid"].as_oid(), rows[i]["conname"].str()}] = i;
  for (Edge& edge : edges_) {
    const auto at = found.find({edge.key->table, edge.key->name});
    if (edge.declared || at == found.end()) continue;
    const pg::Row row = rows[at->second];
    edge.operators = row["operators"].as_array();
    edge.collations = row["collations"].as_array();
  }
}

}  // namespace pgcoffer::subset
