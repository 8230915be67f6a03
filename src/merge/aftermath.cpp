#include "merge/aftermath.hpp"

#include <fmt/format.h>

#include "merge/suppressed.hpp"

namespace pgcoffer::merging {
namespace {

// Views depend by their rule, which is no edge of its own; functions with SQL bodies by themselves. A materialized view
// that is read by another has fewer steps to the tables than that on the longest way. No circle: a hundred steps are
// more than anybody makes.
constexpr const char* kMaterializedViews = R"sql(
  WITH RECURSIVE reached(classid, objid, steps) AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, t.oid, 0
    FROM pg_catalog.unnest(ARRAY[{}]::pg_catalog.regclass[]::pg_catalog.oid[]) AS t(oid)
    UNION
    SELECT next.classid, next.objid, r.steps + 1 FROM reached r CROSS JOIN LATERAL (
      SELECT r.classid, i.inhparent AS objid FROM pg_catalog.pg_inherits i
      WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.inhrelid = r.objid
      UNION ALL
      SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, w.ev_class
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid
      WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND w.ev_type = '1' AND w.ev_class <> r.objid
        AND d.refclassid = r.classid AND d.refobjid = r.objid
      UNION ALL
      SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refclassid = r.classid AND d.refobjid = r.objid
    ) AS next
    WHERE r.steps < 100)
  SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
  FROM reached r JOIN pg_catalog.pg_class c ON c.oid = r.objid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.relkind = 'm' AND c.relispopulated
  GROUP BY 1 ORDER BY pg_catalog.max(r.steps), 1)sql";

// A partition's trigger that comes from its table is marked as internal on some servers; so are those of foreign keys,
// which have a constraint.
constexpr const char* kTriggers = R"sql(
  SELECT pg_catalog.format('%I of %I.%I', g.tgname, n.nspname, c.relname)
  FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE g.tgrelid = {}::pg_catalog.regclass AND g.tgtype & {} <> 0 AND g.tgenabled IN ({})
    AND (NOT g.tgisinternal OR (g.tgparentid <> 0 AND g.tgconstraint = 0))
  ORDER BY 1)sql";

int events_of(const MergeReport::Table& table) {
  constexpr int on_truncate = 32;
  return (table.inserted > 0 ? kOnInsert : 0) | (table.updated > 0 ? kOnUpdate : 0) |
         (table.deleted > 0 ? kOnDelete | on_truncate : 0);
}

}  // namespace

std::vector<std::string> refresh_statements(pg::Connection& connection, const std::vector<std::string>& changed) {
  std::vector<std::string> tables, statements;
  for (const std::string& table : changed) tables.push_back(quote_literal(table));
  if (tables.empty()) return statements;
  for (const pg::Row row : connection.query(fmt::format(kMaterializedViews, join(tables, ", "))))
    statements.push_back(fmt::format("REFRESH MATERIALIZED VIEW {}", row[0].view()));
  return statements;
}

std::vector<std::string> acting_triggers(pg::Connection& connection, const std::vector<MergeReport::Table>& tables,
                                         Silence silence) {
  if (silence == Silence::each) return {};
  const bool all = silence == Silence::all;
  std::vector<std::string> names;
  for (const MergeReport::Table& table : tables) {
    if (events_of(table) == 0) continue;
    const std::string name = quote_literal(quote_always(QualifiedName{table.schema, table.name}));
    for (const pg::Row row :
         connection.query(fmt::format(kTriggers, name, events_of(table), all ? "'A', 'R'" : "'A', 'O'")))
      names.push_back(row[0].str());
  }
  if (names.empty()) return {};
  return {fmt::format("triggers could act on these rows, and what they change, in other tables too, stays: {}. {}",
                      join_first(names),
                      all ? "They are ENABLE ALWAYS or REPLICA, so that --disable-triggers lets them fire."
                          : "--disable-triggers lets none fire; --verify-after tells whether the tables have the "
                            "archive's rows.")};
}

}  // namespace pgcoffer::merging
