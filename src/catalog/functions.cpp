#include "catalog/queries.hpp"
#include "catalog/races.hpp"
#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// The server's own rendering knows every attribute: arguments with defaults, transforms, cost, rows, support function,
// settings with their quoting, bodies as text and as parsed SQL. Functions that come with another object (a range's
// constructors) are internally dependent on it.
constexpr std::string_view functions_sql = R"sql(
SELECT p.oid,
       p.proname,
       p.pronamespace,
       p.proowner,
       CASE WHEN p.prokind = 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS kind,
       pg_get_function_identity_arguments(p.oid) AS identity_arguments,
       (SELECT string_agg(format_type(a.type, NULL), ', ' ORDER BY a.position)
          FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a(type, position)) AS argument_types,
       pg_get_functiondef(p.oid) AS definition,
       p.proacl::text AS acl,
       acldefault('f', p.proowner)::text AS base_acl
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE p.prokind IN ('f', 'p', 'w')
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_proc'::regclass
                      AND d.objid = p.oid
                      AND d.deptype IN ('e', 'i'))
 ORDER BY n.nspname, p.proname, p.proargtypes::oid[]
)sql";

/// The definition as a statement that fails where such a function exists already, as all others of a restore do.
std::string create_statement(std::string definition) {
  constexpr std::string_view or_replace = "CREATE OR REPLACE ";
  if (definition.compare(0, or_replace.size(), or_replace) == 0) definition.replace(0, or_replace.size(), "CREATE ");
  while (!definition.empty() && definition.back() == '\n') definition.pop_back();
  return definition + ";\n";
}

}  // namespace

std::string functions_query() {
  return std::string(functions_sql);
}

void read_functions(Builder& builder) {
  for (const pg::Row row : builder.query(functions_query())) {
    const Oid oid = row["oid"].as_oid();
    const Oid schema = row["pronamespace"].as_oid();
    if (!builder.schema_selected(schema)) continue;
    const std::string name = row["proname"].str();
    const std::string kind = row["kind"].str();
    const std::string identity = builder.qualified(schema, name) + "(" + row["identity_arguments"].str() + ")";
    Entry entry = new_entry(builder, kind, {class_oid::proc, oid, 0}, schema,
                            name + "(" + row["argument_types"].str() + ")", row["proowner"].as_oid());
    entry.target = kind + " " + identity;
    set_owner_and_drop(entry);
    entry.object.create_sql = create_statement(std::string(definition(row["definition"], kind, entry.object.name)));
    // A body in parsed SQL may lean on a primary key (GROUP BY), which is made after the rows.
    entry.may_follow_rows = true;
    set_privileges(entry, kind, identity, row);
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
