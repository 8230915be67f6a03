#include <fmt/format.h>

#include "catalog/reader_support.hpp"
#include "catalog/types.hpp"

namespace pgcoffer::catalog {
namespace {

// Array types come with their elements' types. A base type may be told from one by what its element says its array is.
constexpr std::string_view base_types_sql = R"sql(
SELECT t.oid,
       t.typname,
       t.typnamespace,
       t.typowner,
       CASE WHEN t.typlen = -1 THEN 'variable' ELSE t.typlen::text END AS internal_length,
       t.typinput::text AS input,
       t.typoutput::text AS output,
       t.typreceive::text AS receive,
       t.typsend::text AS send,
       t.typmodin::text AS typmod_in,
       t.typmodout::text AS typmod_out,
       t.typanalyze::text AS analyze,
       {subscript} AS subscript,
       t.typcollation <> 0 AS collatable,
       coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) AS default_value,
       CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END AS element,
       CASE WHEN t.typcategory <> 'U' THEN quote_literal(t.typcategory::text) END AS category,
       t.typispreferred AS preferred,
       CASE WHEN t.typdelim <> ',' THEN quote_literal(t.typdelim::text) END AS delimiter,
       CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' WHEN 'd' THEN 'double'
            END AS alignment,
       CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main'
            END AS storage,
       t.typbyval AS by_value,
       t.typacl::text AS acl,
       acldefault('T', t.typowner)::text AS base_acl
  FROM pg_catalog.pg_type t
 WHERE t.typtype = 'b'
   AND t.oid NOT IN (SELECT e.typarray FROM pg_catalog.pg_type e)
 ORDER BY t.typnamespace, t.typname
)sql";

std::string definition(const pg::Row& row) {
  Clauses clauses;
  clauses.add("INTERNALLENGTH", row["internal_length"].view());
  clauses.add("INPUT", row["input"].view());
  clauses.add("OUTPUT", row["output"].view());
  clauses.add_if_any("RECEIVE", row["receive"]);
  clauses.add_if_any("SEND", row["send"]);
  clauses.add_if_any("TYPMOD_IN", row["typmod_in"]);
  clauses.add_if_any("TYPMOD_OUT", row["typmod_out"]);
  clauses.add_if_any("ANALYZE", row["analyze"]);
  if (row["collatable"].as_bool()) clauses.add("COLLATABLE", "true");
  if (!row["default_value"].is_null()) clauses.add("DEFAULT", row["default_value"].view());
  clauses.add_if_any("SUBSCRIPT", row["subscript"]);
  clauses.add_if_any("ELEMENT", row["element"]);
  clauses.add_if_any("CATEGORY", row["category"]);
  if (row["preferred"].as_bool()) clauses.add("PREFERRED", "true");
  clauses.add_if_any("DELIMITER", row["delimiter"]);
  clauses.add("ALIGNMENT", row["alignment"].view());
  clauses.add("STORAGE", row["storage"].view());
  clauses.flag("PASSEDBYVALUE", row["by_value"].as_bool());
  return clauses.text();
}

}  // namespace

void read_base_types(Builder& builder, const TypeParts& parts) {
  const std::string sql =
      fmt::format(fmt::runtime(base_types_sql),
                  fmt::arg("subscript", since(builder.version, {{0, "NULL"}, {140000, "t.typsubscript::text"}})));
  for (const pg::Row row : builder.connection.query(sql)) {
    if (!type_dumpable(builder, row)) continue;
    Entry entry = type_entry(builder, parts, row, "TYPE");
    entry.object.create_sql = "CREATE " + entry.target + " " + definition(row) + ";\n";
    // The type and its input and output functions need each other; nothing less removes them.
    entry.object.drop_sql = "DROP " + entry.target + " CASCADE;\n";
    add_type_with_shell(builder, std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
