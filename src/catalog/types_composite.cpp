#include "catalog/reader_support.hpp"
#include "catalog/types.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view composites_sql = R"sql(
SELECT t.oid,
       t.typname,
       t.typnamespace,
       t.typowner,
       t.typrelid,
       (SELECT string_agg(E'\n\t' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                          || CASE WHEN a.attcollation <> ct.typcollation
                                  THEN ' COLLATE ' || quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                                  ELSE '' END,
                          ',' ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a
          JOIN pg_catalog.pg_type ct ON ct.oid = a.atttypid
          LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
          LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
         WHERE a.attrelid = t.typrelid
           AND a.attnum > 0
           AND NOT a.attisdropped) AS attributes,
       t.typacl::text AS acl,
       acldefault('T', t.typowner)::text AS base_acl
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
 WHERE t.typtype = 'c'
   AND c.relkind = 'c'
 ORDER BY t.typnamespace, t.typname
)sql";

}  // namespace

void read_composite_types(Builder& builder, const TypeParts& parts) {
  for (const pg::Row row : builder.connection.query(composites_sql)) {
    if (!type_dumpable(builder, row)) continue;
    Entry entry = type_entry(builder, parts, row, "TYPE");
    const std::string attributes = row["attributes"].str();
    entry.object.create_sql =
        "CREATE " + entry.target + " AS (" + attributes + (attributes.empty() ? ");\n" : "\n);\n");
    // Its attributes live in a relation of its own, by whose address dependencies and comments go.
    entry.also.push_back({class_oid::relation, row["typrelid"].as_oid(), 0});
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
