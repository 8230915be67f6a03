#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view languages_sql = R"sql(
SELECT l.oid,
       l.lanname,
       l.lanowner,
       l.lanpltrusted,
       CASE WHEN l.lanplcallfoid <> 0
            THEN (SELECT quote_ident(n.nspname) || '.' || quote_ident(p.proname)
                    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                   WHERE p.oid = l.lanplcallfoid) END AS handler,
       CASE WHEN l.laninline <> 0
            THEN (SELECT quote_ident(n.nspname) || '.' || quote_ident(p.proname)
                    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                   WHERE p.oid = l.laninline) END AS inline_handler,
       CASE WHEN l.lanvalidator <> 0
            THEN (SELECT quote_ident(n.nspname) || '.' || quote_ident(p.proname)
                    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                   WHERE p.oid = l.lanvalidator) END AS validator,
       l.lanacl::text AS acl,
       acldefault('l', l.lanowner)::text AS base_acl
  FROM pg_catalog.pg_language l
 WHERE l.lanispl
 ORDER BY l.lanname
)sql";

}  // namespace

void read_languages(Builder& builder) {
  for (const pg::Row row : builder.connection.query(languages_sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_global(builder, class_oid::language, oid)) continue;
    const std::string name = row["lanname"].str();
    const bool trusted = row["lanpltrusted"].as_bool();
    Entry entry =
        new_entry(builder, "PROCEDURAL LANGUAGE", {class_oid::language, oid, 0}, 0, name, row["lanowner"].as_oid());
    entry.target = "LANGUAGE " + quote_ident(name);
    set_owner_and_drop(entry);
    entry.object.drop_sql = "DROP PROCEDURAL LANGUAGE " + quote_ident(name) + ";\n";
    std::string& sql = entry.object.create_sql;
    sql = trusted ? "CREATE TRUSTED PROCEDURAL LANGUAGE " : "CREATE PROCEDURAL LANGUAGE ";
    sql += quote_ident(name) + " HANDLER " + row["handler"].str();
    if (!row["inline_handler"].is_null()) sql += " INLINE " + row["inline_handler"].str();
    if (!row["validator"].is_null()) sql += " VALIDATOR " + row["validator"].str();
    sql += ";\n";
    // Nobody can be given the use of an untrusted language.
    if (trusted) set_privileges(entry, "LANGUAGE", quote_ident(name), row);
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
