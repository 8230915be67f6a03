#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view transforms_sql = R"sql(
WITH functions AS (
  SELECT p.oid,
         quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '('
         || (SELECT coalesce(string_agg(format_type(a.type, NULL), ', ' ORDER BY a.position), '')
               FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a(type, position)) || ')' AS signature
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   WHERE p.oid IN (SELECT trffromsql FROM pg_catalog.pg_transform UNION SELECT trftosql FROM pg_catalog.pg_transform)
)
SELECT t.oid,
       format_type(t.trftype, NULL) AS type,
       l.lanname,
       f.signature AS from_sql,
       g.signature AS to_sql
  FROM pg_catalog.pg_transform t
  JOIN pg_catalog.pg_language l ON l.oid = t.trflang
  LEFT JOIN functions f ON f.oid = t.trffromsql
  LEFT JOIN functions g ON g.oid = t.trftosql
 ORDER BY type, l.lanname
)sql";

}  // namespace

void read_transforms(Builder& builder) {
  for (const pg::Row row : builder.connection.query(transforms_sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_global(builder, class_oid::transform, oid)) continue;
    const std::string identity = "FOR " + row["type"].str() + " LANGUAGE " + quote_ident(row["lanname"].view());
    Entry entry = new_entry(builder, "TRANSFORM", {class_oid::transform, oid, 0}, 0, identity, 0);
    entry.target = "TRANSFORM " + identity;
    std::vector<std::string> functions;
    if (!row["from_sql"].is_null()) functions.push_back("FROM SQL WITH FUNCTION " + row["from_sql"].str());
    if (!row["to_sql"].is_null()) functions.push_back("TO SQL WITH FUNCTION " + row["to_sql"].str());
    entry.object.create_sql = "CREATE " + entry.target + " (" + join(functions, ", ") + ");\n";
    entry.object.drop_sql = "DROP " + entry.target + ";\n";
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
