#include "catalog/operators.hpp"
#include "catalog/queries.hpp"
#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// Operators without a function are the shadows that a commutator or negator leaves until it is made itself; creating
// the operator that names them leaves the same shadow; it must be dropped with the operator, or its schema cannot be.
constexpr std::string_view operators_sql = R"sql(
WITH names AS (
  SELECT o.oid, 'OPERATOR(' || quote_ident(n.nspname) || '.' || o.oprname || ')' AS reference,
         CASE WHEN o.oprcode = 0
              THEN 'DROP OPERATOR IF EXISTS ' || quote_ident(n.nspname) || '.' || o.oprname || ' ('
                   || CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) ELSE 'NONE' END || ', '
                   || format_type(o.oprright, NULL) || E');\n' END AS drop_shadow
    FROM pg_catalog.pg_operator o
    JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
), functions AS (
  SELECT p.oid, quote_ident(n.nspname) || '.' || quote_ident(p.proname) AS name
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
)
SELECT o.oid,
       o.oprname,
       o.oprnamespace,
       o.oprowner,
       CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END AS left_type,
       CASE WHEN o.oprright <> 0 THEN format_type(o.oprright, NULL) END AS right_type,
       code.name AS function,
       commutator.reference AS commutator,
       negator.reference AS negator,
       concat(commutator.drop_shadow, negator.drop_shadow) AS drop_shadows,
       restriction.name AS restriction,
       joining.name AS joining,
       o.oprcanmerge,
       o.oprcanhash
  FROM pg_catalog.pg_operator o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
  JOIN functions code ON code.oid = o.oprcode
  LEFT JOIN names commutator ON commutator.oid = o.oprcom
  LEFT JOIN names negator ON negator.oid = o.oprnegate
  LEFT JOIN functions restriction ON restriction.oid = o.oprrest
  LEFT JOIN functions joining ON joining.oid = o.oprjoin
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY n.nspname, o.oprname, left_type, right_type
)sql";

std::string definition(const pg::Row& row) {
  Clauses clauses;
  clauses.add("FUNCTION", row["function"].view());
  clauses.add_if_any("LEFTARG", row["left_type"]);
  clauses.add_if_any("RIGHTARG", row["right_type"]);
  clauses.add_if_any("COMMUTATOR", row["commutator"]);
  clauses.add_if_any("NEGATOR", row["negator"]);
  clauses.flag("MERGES", row["oprcanmerge"].as_bool());
  clauses.flag("HASHES", row["oprcanhash"].as_bool());
  clauses.add_if_any("RESTRICT", row["restriction"]);
  clauses.add_if_any("JOIN", row["joining"]);
  return clauses.text();
}

std::string type_or_none(const pg::Field& type) {
  return type.is_null() ? "NONE" : type.str();
}

void read_plain_operators(Builder& builder) {
  for (const pg::Row row : builder.query(operators_query())) {
    const Oid oid = row["oid"].as_oid();
    const Oid schema = row["oprnamespace"].as_oid();
    if (!dumpable_in_schema(builder, class_oid::operator_, oid, schema)) continue;
    const std::string name = row["oprname"].str();
    // An operator's name is never quoted; what it may consist of needs none.
    const std::string qualified = quote_ident(builder.schema_name(schema)) + "." + name;
    const std::string operands = " (" + type_or_none(row["left_type"]) + ", " + type_or_none(row["right_type"]) + ")";
    Entry entry = new_entry(builder, "OPERATOR", {class_oid::operator_, oid, 0}, schema, name + operands,
                            row["oprowner"].as_oid());
    entry.target = "OPERATOR " + qualified + operands;
    set_owner_and_drop(entry);
    entry.object.drop_sql += row["drop_shadows"].view();
    entry.object.create_sql = "CREATE OPERATOR " + qualified + " " + definition(row) + ";\n";
    builder.add(std::move(entry));
  }
}

}  // namespace

std::string operators_query() {
  return std::string(operators_sql);
}

void read_operators(Builder& builder) {
  read_plain_operators(builder);
  read_operator_families(builder);
}

}  // namespace pgcoffer::catalog
