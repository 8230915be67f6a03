#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view conversions_sql = R"sql(
SELECT c.oid,
       c.conname,
       c.connamespace,
       c.conowner,
       c.condefault,
       quote_literal(pg_encoding_to_char(c.conforencoding)) AS from_encoding,
       quote_literal(pg_encoding_to_char(c.contoencoding)) AS to_encoding,
       c.conproc::text AS function
  FROM pg_catalog.pg_conversion c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
 WHERE n.nspname !~ '^pg_'
 ORDER BY n.nspname, c.conname
)sql";

}  // namespace

void read_conversions(Builder& builder) {
  for (const pg::Row row : builder.connection.query(conversions_sql)) {
    const Oid oid = row["oid"].as_oid();
    const Oid schema = row["connamespace"].as_oid();
    if (!dumpable_in_schema(builder, class_oid::conversion, oid, schema)) continue;
    const std::string name = row["conname"].str();
    Entry entry =
        new_entry(builder, "CONVERSION", {class_oid::conversion, oid, 0}, schema, name, row["conowner"].as_oid());
    entry.target = "CONVERSION " + builder.qualified(schema, name);
    set_owner_and_drop(entry);
    entry.object.create_sql = std::string("CREATE ") + (row["condefault"].as_bool() ? "DEFAULT " : "") + entry.target +
                              " FOR " + row["from_encoding"].str() + " TO " + row["to_encoding"].str() + " FROM " +
                              row["function"].str() + ";\n";
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
