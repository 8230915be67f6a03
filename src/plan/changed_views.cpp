#include "plan/changed_views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "plan/expression_risk.hpp"
#include "policy/carry.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::plan {
namespace {

// Rows of a partition, or of a table that inherits, are read by way of the tables above it, too. What views in between
// leave of a table's columns is not followed.
constexpr const char* views_sql = R"sql(
  WITH RECURSIVE reads AS (
    SELECT c.oid AS top, c.oid AS view FROM pg_catalog.pg_class c WHERE c.relkind = 'm'
    UNION
    SELECT r.top, d.refobjid
    FROM reads r
      JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.view
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind IN ('v', 'm')),
  ancestors AS (
    SELECT t.oid AS table, t.oid AS above FROM pg_catalog.unnest('{{{tables}}}'::pg_catalog.oid[]) AS t(oid)
    UNION
    SELECT a.table, i.inhparent FROM ancestors a JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.above),
  risks AS (
    SELECT r.top, pg_catalog.bool_or({may_fail}) AS may_fail
    FROM reads r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.view
    GROUP BY r.top)
  SELECT r.top AS view, a.table, risks.may_fail, pg_catalog.array_agg(DISTINCT c.attname::pg_catalog.text) AS columns
  FROM reads r
    JOIN risks ON risks.top = r.top
    JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.view
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0
    JOIN ancestors a ON a.above = d.refobjid
    JOIN pg_catalog.pg_attribute c ON c.attrelid = d.refobjid AND c.attnum = d.refobjsubid
  GROUP BY r.top, a.table, risks.may_fail
  ORDER BY r.top, a.table)sql";

// Of each column of a unique index the names of the columns that it may be as they stand; an expression has none.
// Queries inside of the view's count, so that there may be too many.
constexpr const char* unique_sql = R"sql(
  SELECT i.indrelid AS view, c.relname AS name, k.place,
         ARRAY (SELECT pg_catalog.concat(o.source[1], ' ', a.attname)
                FROM pg_catalog.pg_rewrite w
                  CROSS JOIN LATERAL pg_catalog.regexp_matches(w.ev_action::pg_catalog.text, ':resno ' || k.number ||
                    ' :resname [^ ]+ :ressortgroupref [0-9]+ :resorigtbl ([0-9]+) :resorigcol ([0-9]+)', 'g')
                    AS o(source)
                  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = o.source[1]::pg_catalog.oid
                    AND a.attnum = o.source[2]::pg_catalog.int4
                WHERE w.ev_class = i.indrelid) AS sources
  FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k(number, place)
  WHERE i.indrelid IN ({}) AND i.indisunique AND k.place <= i.indnkeyatts
  ORDER BY i.indrelid, c.relname, k.place)sql";

using Columns = std::vector<const Changed::Column*>;

struct View {
  const catalog::Table* view;
  const Changed* table;
  Columns read;  ///< changed columns of the table
};

Columns named(const Changed& table, const std::vector<std::string>& names) {
  Columns result;
  for (const auto& [number, column] : table.columns)
    if (std::ranges::find(names, column.column->name) != names.end()) result.push_back(&column);
  return result;
}

std::string name_of(const View& view) {
  return fmt::format("materialized view {}", policy::table_name(*view.view));
}

/// Whether different values stay so, and nulls no duplicates.
bool keeps_apart(const Changed::Column& column) {
  return column.null || column.only_some_nulls() ||
         (column.source == nullptr && policy::is_consistent(*column.verdict));
}

bool is_view(const catalog::Catalog& catalog, pg::Oid oid) {
  const catalog::Table* const table = catalog.find(oid);
  return table == nullptr || table->relkind == 'v' || table->relkind == 'm';
}

/// The changed column by which rows that one source of an index's column told apart may become alike; null: none.
const Changed::Column* colliding(const View& view, const std::string& source, const catalog::Catalog& catalog) {
  const auto blank = source.find(' ');
  const auto oid = static_cast<pg::Oid>(std::stoul(source.substr(0, blank)));
  if (is_view(catalog, oid)) return view.read.front();
  const catalog::Table& table = *view.table->table;
  const bool own =
      oid == table.oid || oid == table.partition_root || std::ranges::find(table.parents, oid) != table.parents.end();
  const auto found = std::ranges::find_if(view.read, [&](const Changed::Column* column) {
    return own && column->column->name == source.substr(blank + 1);
  });
  return found == view.read.end() || keeps_apart(**found) ? nullptr : *found;
}

/// Of one column of an index. An expression of the index itself has no source.
const Changed::Column* colliding(const View& view, const std::vector<std::string>& sources,
                                 const catalog::Catalog& catalog) {
  if (sources.empty()) return view.read.front();
  for (const std::string& source : sources)
    if (const Changed::Column* const column = colliding(view, source, catalog)) return column;
  return nullptr;
}

std::vector<std::string> unique_indexes(pg::Connection& connection, const std::vector<View>& views,
                                        const catalog::Catalog& catalog) {
  std::vector<std::string> oids, warnings;
  for (const View& view : views) oids.push_back(std::to_string(view.view->oid));
  std::set<std::pair<const View*, std::string>> told;
  for (const pg::Row row : connection.query(fmt::format(unique_sql, join(oids, ", "))))
    for (const View& view : views) {
      const std::string index = row["name"].str();
      if (view.view->oid != row["view"].as_oid() || told.contains({&view, index})) continue;
      const Changed::Column* const column = colliding(view, row["sources"].as_array(), catalog);
      if (column == nullptr) continue;
      told.emplace(&view, index);
      warnings.push_back(
          fmt::format("{}, and {} reads it; the restore fails if two rows get the same in unique index "
                      "\"{}\" ({})",
                      view.table->subject(*column), name_of(view), index, column->rule));
    }
  return warnings;
}

}  // namespace

std::vector<std::string> check_changed_views(pg::Connection& connection, const std::map<pg::Oid, Changed>& tables,
                                             const catalog::Catalog& catalog) {
  if (std::ranges::none_of(catalog.tables, [](const auto& table) { return table.relkind == 'm' && table.selected; }))
    return {};
  std::vector<std::string> oids, warnings;
  for (const auto& [oid, table] : tables) oids.push_back(std::to_string(oid));
  std::vector<View> views;
  for (const pg::Row row :
       connection.query(fmt::format(views_sql, fmt::arg("tables", join(oids, ",")),
                                    fmt::arg("may_fail", may_fail("w.ev_action::pg_catalog.text"))))) {
    const Changed& table = tables.at(row["table"].as_oid());
    View view{catalog.find(row["view"].as_oid()), &table, named(table, row["columns"].as_array())};
    if (view.view == nullptr || !view.view->selected || view.read.empty()) continue;
    const Changed::Column* const column = with_new_values(view.read);
    if (row["may_fail"].as_bool() && column != nullptr)
      warnings.push_back(
          fmt::format("{}, and {} reads it; the restore fails if its query does not work with a changed value ({})",
                      table.subject(*column), name_of(view), column->rule));
    views.push_back(std::move(view));
  }
  if (views.empty()) return warnings;
  std::ranges::move(unique_indexes(connection, views, catalog), std::back_inserter(warnings));
  return warnings;
}

}  // namespace pgcoffer::plan
