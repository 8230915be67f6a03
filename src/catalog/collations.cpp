#include <fmt/format.h>

#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// Before 15 an ICU collation kept its locale in collcollate; 17 gave the column its present name.
constexpr std::string_view collations_sql = R"sql(
SELECT c.oid,
       c.collname,
       c.collnamespace,
       c.collowner,
       c.collprovider,
       c.collisdeterministic,
       quote_literal(nullif(c.collcollate::text, '')) AS collate,
       quote_literal(nullif(c.collctype::text, '')) AS ctype,
       quote_literal({locale}) AS locale,
       quote_literal({rules}) AS rules
  FROM pg_catalog.pg_collation c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
 WHERE n.nspname !~ '^pg_'
   AND c.collencoding IN (-1, (SELECT encoding FROM pg_catalog.pg_database WHERE datname = current_database()))
 ORDER BY n.nspname, c.collname, c.collencoding
)sql";

std::string_view provider_name(char provider) {
  switch (provider) {
    case 'b':
      return "builtin";
    case 'c':
      return "libc";
    case 'i':
      return "icu";
    default:
      return {};
  }
}

/// The text in parentheses of CREATE COLLATION. The version is left to the server that restores: it must be the one of
/// the library there.
std::string definition(const pg::Row& row, std::string_view provider) {
  std::string sql = "provider = " + std::string(provider);
  if (!row["collisdeterministic"].as_bool()) sql += ", deterministic = false";
  const std::string locale = row["locale"].str(), collate = row["collate"].str(), ctype = row["ctype"].str();
  if (!locale.empty()) {
    sql += ", locale = " + locale;
  } else if (collate == ctype) {
    sql += ", locale = " + collate;
  } else {
    sql += ", lc_collate = " + collate + ", lc_ctype = " + ctype;
  }
  if (!row["rules"].is_null()) sql += ", rules = " + row["rules"].str();
  return sql;
}

}  // namespace

void read_collations(Builder& builder) {
  const std::string sql = fmt::format(
      fmt::runtime(collations_sql),
      fmt::arg("locale",
               since(builder.version, {{0, "NULL::text"}, {150000, "c.colliculocale"}, {170000, "c.colllocale"}})),
      fmt::arg("rules", since(builder.version, {{0, "NULL::text"}, {160000, "c.collicurules"}})));
  for (const pg::Row row : builder.connection.query(sql)) {
    const Oid oid = row["oid"].as_oid();
    const Oid schema = row["collnamespace"].as_oid();
    if (!dumpable_in_schema(builder, class_oid::collation, oid, schema)) continue;
    const std::string name = row["collname"].str();
    const std::string_view provider = provider_name(row["collprovider"].as_char());
    if (provider.empty()) {
      builder.unsupported("collation", builder.qualified(schema, name));
      continue;
    }
    Entry entry =
        new_entry(builder, "COLLATION", {class_oid::collation, oid, 0}, schema, name, row["collowner"].as_oid());
    entry.target = "COLLATION " + builder.qualified(schema, name);
    set_owner_and_drop(entry);
    entry.object.create_sql = "CREATE " + entry.target + " (" + definition(row, provider) + ");\n";
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
