#include <fmt/format.h>

#include "catalog/reader_support.hpp"
#include "catalog/types.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view ranges_sql = R"sql(
SELECT t.oid,
       t.typname,
       t.typnamespace,
       t.typowner,
       format_type(r.rngsubtype, NULL) AS subtype,
       CASE WHEN NOT o.opcdefault
            THEN quote_ident(onsp.nspname) || '.' || quote_ident(o.opcname) END AS opclass,
       CASE WHEN r.rngcollation <> s.typcollation
            THEN (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                    FROM pg_catalog.pg_collation co
                    JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                   WHERE co.oid = r.rngcollation) END AS collation,
       r.rngcanonical::text AS canonical,
       r.rngsubdiff::text AS subtype_diff,
       {multirange} AS multirange,
       t.typacl::text AS acl,
       acldefault('T', t.typowner)::text AS base_acl
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
  JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype
  JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
  JOIN pg_catalog.pg_namespace onsp ON onsp.oid = o.opcnamespace
 WHERE t.typtype = 'r'
 ORDER BY t.typnamespace, t.typname
)sql";

}  // namespace

void read_range_types(Builder& builder, const TypeParts& parts) {
  const std::string sql = fmt::format(
      fmt::runtime(ranges_sql),
      fmt::arg("multirange", since(builder.version, {{0, "NULL"}, {140000, "format_type(r.rngmultitypid, NULL)"}})));
  for (const pg::Row row : builder.connection.query(sql)) {
    if (!type_dumpable(builder, row)) continue;
    Entry entry = type_entry(builder, parts, row, "TYPE");
    Clauses clauses;
    clauses.add("subtype", row["subtype"].view());
    clauses.add_if_any("multirange_type_name", row["multirange"]);
    clauses.add_if_any("subtype_opclass", row["opclass"]);
    clauses.add_if_any("collation", row["collation"]);
    clauses.add_if_any("canonical", row["canonical"]);
    clauses.add_if_any("subtype_diff", row["subtype_diff"]);
    entry.object.create_sql = "CREATE " + entry.target + " AS RANGE " + clauses.text() + ";\n";
    // That function takes and returns the type: one cannot be dropped without the other.
    if (!is_none(row["canonical"])) entry.object.drop_sql = "DROP " + entry.target + " CASCADE;\n";
    add_type_with_shell(builder, std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
