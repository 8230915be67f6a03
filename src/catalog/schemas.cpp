#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// Every new database has a schema "public", so it is never created, only brought to the source's owner, comment and
// privileges. What the new database's own grants are depends on the server's version (15 took CREATE from PUBLIC);
// after ALTER SCHEMA … OWNER they are the owner's privileges and USAGE for PUBLIC, from which those of the source are
// reached. Servers before 15 give PUBLIC more, which the source's list then names.
constexpr std::string_view schemas_sql = R"sql(
SELECT n.oid,
       n.nspname,
       n.nspowner,
       n.nspowner <> 6171 AS public_has_owner, -- 6171: pg_database_owner, the owner in a new database since 15
       CASE WHEN n.nspname = 'public'
            THEN coalesce(n.nspacl, acldefault('n', n.nspowner))
            ELSE n.nspacl
       END::text AS acl,
       CASE WHEN n.nspname = 'public'
            THEN acldefault('n', n.nspowner) || makeaclitem(0, n.nspowner, 'USAGE', false)
            ELSE acldefault('n', n.nspowner)
       END::text AS base_acl
  FROM pg_catalog.pg_namespace n
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY n.nspname
)sql";

}  // namespace

void read_schemas(Builder& builder) {
  for (const pg::Row row : builder.connection.query(schemas_sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_in_schema(builder, class_oid::schema, oid, oid)) continue;
    const std::string name = row["nspname"].str();
    Entry entry = new_entry(builder, "SCHEMA", {class_oid::schema, oid, 0}, 0, name, row["nspowner"].as_oid());
    entry.target = "SCHEMA " + quote_ident(name);
    set_owner_and_drop(entry);
    if (name == "public") {
      entry.object.drop_sql.clear();
      if (!row["public_has_owner"].as_bool()) entry.object.owner_sql.clear();
    } else {
      entry.object.create_sql = "CREATE SCHEMA " + quote_ident(name) + ";\n";
    }
    set_privileges(entry, "SCHEMA", quote_ident(name), row);
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
