#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// Compared item by item with what holds without the entry: the kind's usual privileges for a role's own default
// privileges, none for those of a schema, which are given in addition. "everything" tells whether an item has all
// privileges that the kind has, for which ALL is said. Tables have eight since 17 (MAINTAIN); all that an older server
// has is not all, so an upgrade grants nothing new.
constexpr std::string_view default_privileges_sql = R"sql(
WITH usual_privileges AS (
  SELECT d.oid, acldefault(CASE WHEN d.defaclobjtype = 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) AS acl
    FROM pg_catalog.pg_default_acl d
), entries AS (
  SELECT d.oid,
         d.defaclrole,
         d.defaclnamespace,
         d.defaclobjtype,
         d.defaclacl AS acl,
         u.acl AS usual,
         CASE WHEN d.defaclobjtype = 'r' THEN 8
              ELSE (SELECT count(*) FROM aclexplode(u.acl) x WHERE x.grantee = d.defaclrole) END AS all_privileges
    FROM pg_catalog.pg_default_acl d
    JOIN usual_privileges u ON u.oid = d.oid
), items AS (
  SELECT e.oid, e.all_privileges, false AS granted, i.item, i.position
    FROM entries e, unnest(e.usual) WITH ORDINALITY AS i(item, position)
   WHERE e.defaclnamespace = 0
     AND NOT i.item = ANY (e.acl)
   UNION ALL
  SELECT e.oid, e.all_privileges, true, i.item, i.position
    FROM entries e, unnest(e.acl) WITH ORDINALITY AS i(item, position)
   WHERE e.defaclnamespace <> 0
      OR NOT i.item = ANY (e.usual)
), statements AS (
  SELECT i.oid,
         i.granted,
         i.position,
         x.is_grantable,
         CASE WHEN x.grantee = 0 THEN 'PUBLIC'
              ELSE (SELECT quote_ident(r.rolname) FROM pg_catalog.pg_roles r WHERE r.oid = x.grantee) END AS grantee,
         string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type) AS privileges,
         count(*) = i.all_privileges AS everything
    FROM items i, aclexplode(ARRAY[i.item]) x
   GROUP BY i.oid, i.granted, i.position, i.all_privileges, x.is_grantable, x.grantee
)
SELECT e.oid,
       e.defaclrole,
       e.defaclnamespace,
       e.defaclobjtype,
       s.granted,
       s.grantee,
       s.privileges,
       s.everything,
       s.is_grantable
  FROM entries e
  JOIN pg_catalog.pg_roles r ON r.oid = e.defaclrole
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.defaclnamespace
  JOIN statements s ON s.oid = e.oid
 ORDER BY r.rolname, n.nspname NULLS FIRST, e.defaclobjtype, s.granted, s.position, s.is_grantable
)sql";

std::string_view object_words(char type) {
  switch (type) {
    case 'r':
      return "TABLES";
    case 'S':
      return "SEQUENCES";
    case 'f':
      return "FUNCTIONS";
    case 'T':
      return "TYPES";
    case 'n':
      return "SCHEMAS";
    case 'L':
      return "LARGE OBJECTS";
    default:
      return {};
  }
}

/// `undone`: what takes the statement back, for a restore into a database where it is in force already and would act on
/// the objects that are made.
std::string statement(const Builder& builder, const pg::Row& row, std::string_view objects, bool undone) {
  const Oid schema = row["defaclnamespace"].as_oid();
  std::string sql = "ALTER DEFAULT PRIVILEGES FOR ROLE " + quote_ident(builder.role_name(row["defaclrole"].as_oid()));
  if (schema != 0) sql += " IN SCHEMA " + quote_ident(builder.schema_name(schema));
  const bool granted = row["granted"].as_bool() != undone;
  sql += granted ? " GRANT " : " REVOKE ";
  sql += row["everything"].as_bool() ? "ALL" : row["privileges"].str();
  sql += " ON " + std::string(objects) + (granted ? " TO " : " FROM ") + row["grantee"].str();
  if (granted && row["is_grantable"].as_bool()) sql += " WITH GRANT OPTION";
  return sql + ";\n";
}

}  // namespace

void read_default_privileges(Builder& builder) {
  if (!builder.selection.privileges) return;
  Oid current = 0;
  for (const pg::Row row : builder.connection.query(default_privileges_sql)) {
    const Oid oid = row["oid"].as_oid();
    const Oid schema = row["defaclnamespace"].as_oid();
    if (schema != 0 ? !builder.schema_selected(schema) : !builder.everything()) continue;
    const std::string_view objects = object_words(row["defaclobjtype"].as_char());
    if (objects.empty()) {
      if (oid != current) {
        builder.unsupported("default privileges for objects of type", row["defaclobjtype"].str());
      }
      current = oid;
      continue;
    }
    if (oid != current) {
      // After everything that a restore makes: they must not act on the restored objects.
      Entry entry = new_entry(builder, "DEFAULT ACL", {class_oid::default_acl, oid, 0}, schema,
                              "DEFAULT PRIVILEGES FOR " + std::string(objects), row["defaclrole"].as_oid());
      entry.object.section = Section::post_data;
      builder.add(std::move(entry));
      current = oid;
    }
    Object& object = builder.entries.back().object;
    object.create_sql += statement(builder, row, objects, false);
    // In reverse: what replaced a usual privilege is revoked before that is granted again.
    object.drop_sql.insert(0, statement(builder, row, objects, true));
  }
}

}  // namespace pgcoffer::catalog
