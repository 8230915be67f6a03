#include "catalog/queries.hpp"
#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// Objects that a new database, or CREATE EXTENSION, brings with it, and whose privileges are no longer those that
// pg_init_privs remembers (or, where it does not, the usual ones). Relations are read elsewhere.
constexpr std::string_view changed_sql = R"sql(
WITH objects (class, oid, schema, kind, name, acl, letter, owner) AS (
  SELECT 'pg_catalog.pg_proc'::regclass, p.oid, p.pronamespace,
         CASE WHEN p.prokind = 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
         quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '('
         || (SELECT coalesce(string_agg(format_type(a.type, NULL), ', ' ORDER BY a.position), '')
               FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a(type, position)) || ')',
         p.proacl, 'f'::"char", p.proowner
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   WHERE p.proacl IS NOT NULL
      OR p.oid IN (SELECT i.objoid FROM pg_catalog.pg_init_privs i WHERE i.classoid = 'pg_catalog.pg_proc'::regclass)
   UNION ALL
  SELECT 'pg_catalog.pg_type'::regclass, t.oid, t.typnamespace, 'TYPE',
         quote_ident(n.nspname) || '.' || quote_ident(t.typname), t.typacl, 'T'::"char", t.typowner
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
   WHERE t.typacl IS NOT NULL
      OR t.oid IN (SELECT i.objoid FROM pg_catalog.pg_init_privs i WHERE i.classoid = 'pg_catalog.pg_type'::regclass)
   UNION ALL
  SELECT 'pg_catalog.pg_namespace'::regclass, n.oid, n.oid, 'SCHEMA', quote_ident(n.nspname), n.nspacl,
         'n'::"char", n.nspowner
    FROM pg_catalog.pg_namespace n
   UNION ALL
  SELECT 'pg_catalog.pg_language'::regclass, l.oid, 0, 'LANGUAGE', quote_ident(l.lanname), l.lanacl,
         'l'::"char", l.lanowner
    FROM pg_catalog.pg_language l
   WHERE l.lanpltrusted
   UNION ALL
  SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass, w.oid, 0, 'FOREIGN DATA WRAPPER', quote_ident(w.fdwname),
         w.fdwacl, 'F'::"char", w.fdwowner
    FROM pg_catalog.pg_foreign_data_wrapper w
   UNION ALL
  SELECT 'pg_catalog.pg_foreign_server'::regclass, s.oid, 0, 'FOREIGN SERVER', quote_ident(s.srvname), s.srvacl,
         'S'::"char", s.srvowner
    FROM pg_catalog.pg_foreign_server s
)
SELECT o.class::oid AS class,
       o.oid,
       o.schema,
       o.kind,
       o.name,
       o.owner,
       coalesce(o.acl, acldefault(o.letter, o.owner))::text AS acl,
       coalesce(i.initprivs, acldefault(o.letter, o.owner))::text AS base_acl
  FROM objects o
  LEFT JOIN pg_catalog.pg_init_privs i ON i.classoid = o.class AND i.objoid = o.oid AND i.objsubid = 0
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = o.schema
 WHERE (o.acl IS NOT NULL OR i.initprivs IS NOT NULL)
   AND coalesce(o.acl, acldefault(o.letter, o.owner))
       IS DISTINCT FROM coalesce(i.initprivs, acldefault(o.letter, o.owner))
   AND (n.nspname = 'pg_catalog'
        OR (o.schema = 0 AND o.oid < 16384)
        OR EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = o.class AND d.objid = o.oid
                      AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'))
 ORDER BY o.kind, o.name
)sql";

}  // namespace

std::string changed_privileges_query() {
  return std::string(changed_sql);
}

void read_changed_privileges(Builder& builder) {
  if (!builder.everything() && builder.selection.extensions.empty()) return;
  for (const pg::Row row : builder.query(changed_privileges_query())) {
    const Oid class_oid = row["class"].as_oid();
    const std::string kind = row["kind"].str();
    // An anchor only: nothing of the object itself is dumped, but its privileges are.
    Entry entry =
        new_entry(builder, kind, {class_oid, row["oid"].as_oid(), 0}, row["schema"].as_oid(), row["name"].str(), 0);
    if (class_oid == class_oid::schema) entry.object.schema.clear();
    entry.wanted = false;
    set_privileges(entry, kind, row["name"].str(), row);
    entry.privileges.edit().owner = builder.role_name(row["owner"].as_oid());
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
