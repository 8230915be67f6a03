#include <algorithm>

#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view extensions_sql = R"sql(
SELECT x.oid, x.extname, x.extnamespace
  FROM pg_catalog.pg_extension x
 ORDER BY x.extname
)sql";

constexpr std::string_view configuration_sql = R"sql(
SELECT x.oid AS extension, c.relation, c.condition, r.relpersistence
  FROM pg_catalog.pg_extension x,
       unnest(x.extconfig, x.extcondition) AS c(relation, condition)
  JOIN pg_catalog.pg_class r ON r.oid = c.relation
 ORDER BY x.extname, c.relation
)sql";

/// As pg_dump: with its extension, or when -t or -n names the table or its schema; never when it is excluded.
bool rows_wanted(const Builder& builder, Oid extension, const Table& table, char persistence) {
  const Selection& selection = builder.selection;
  const auto its_schema = [&](const Pattern& pattern) { return pattern.matches(table.name.schema); };
  const Named& named = builder.named();
  if (table.relkind != 'r' || !selection.rows || named.excluded_tables.contains(table.name) ||
      builder.rows_excluded(table.name, persistence) || std::ranges::any_of(selection.exclude_schemas, its_schema)) {
    return false;
  }
  if (builder.extension_selected(extension) || named.tables.contains(table.name)) return true;
  return std::ranges::any_of(selection.schemas, its_schema);
}

}  // namespace

void read_extensions(Builder& builder) {
  for (const pg::Row row : builder.connection.query(extensions_sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!builder.extension_selected(oid)) continue;
    const std::string name = row["extname"].str();
    Entry entry = new_entry(builder, "EXTENSION", {class_oid::extension, oid, 0}, 0, name, 0);
    entry.target = "EXTENSION " + quote_ident(name);
    // Without a version: a restore takes the one that its server offers, which is the only one it is sure to have.
    // IF NOT EXISTS: often the extension has been made beforehand by somebody with the rights to do so.
    entry.object.create_sql = "CREATE EXTENSION IF NOT EXISTS " + quote_ident(name) + " WITH SCHEMA " +
                              quote_ident(builder.schema_name(row["extnamespace"].as_oid())) + ";\n";
    entry.object.drop_sql = "DROP EXTENSION " + quote_ident(name) + ";\n";
    builder.add(std::move(entry));
  }
}

void read_extension_configuration(Builder& builder) {
  for (const pg::Row row : builder.connection.query(configuration_sql)) {
    // Only tables have rows to carry; the sequences an extension marks so are among the sequences' values.
    Table* table = builder.table(row["relation"].as_oid());
    if (table == nullptr) continue;
    table->from_extension = true;
    table->extension_condition = row["condition"].str();
    table->rows_selected = rows_wanted(builder, row["extension"].as_oid(), *table, row["relpersistence"].as_char());
  }
}

}  // namespace pgcoffer::catalog
