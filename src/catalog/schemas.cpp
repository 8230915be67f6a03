#include <fmt/format.h>

#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// Every new database has a schema "public", so it is never created, only brought to the source's owner, comment and
// privileges. What its PUBLIC may do there when it is new depends on the server that restores: since 15 only USAGE,
// before CREATE, too. So {public_usual} is what makes the statements right on both: where a source before 15 has taken
// CREATE away, it is the old grant, and the difference is written out; everywhere else it is the new one.
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
            THEN acldefault('n', n.nspowner) || {public_usual}
            ELSE acldefault('n', n.nspowner)
       END::text AS base_acl
  FROM pg_catalog.pg_namespace n
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY n.nspname
)sql";

constexpr std::string_view usage_sql = "makeaclitem(0, n.nspowner, 'USAGE', false)";

constexpr std::string_view usage_or_all_sql = R"sql(
                 CASE WHEN EXISTS (SELECT FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x
                                    WHERE x.grantee = 0 AND x.privilege_type = 'CREATE')
                      THEN makeaclitem(0, n.nspowner, 'USAGE', false)
                      ELSE ('=UC/' || quote_ident(pg_get_userbyid(n.nspowner)))::aclitem END)sql";

}  // namespace

void read_schemas(Builder& builder) {
  const std::string sql =
      fmt::format(fmt::runtime(schemas_sql),
                  fmt::arg("public_usual", since(builder.version, {{0, usage_or_all_sql}, {150000, usage_sql}})));
  for (const pg::Row row : builder.connection.query(sql)) {
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
