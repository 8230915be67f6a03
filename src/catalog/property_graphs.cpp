#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// The release candidate of 19 that this was written against has no property graphs any more (neither the statement nor
// the catalogs); relkind 'g' is what the versions under development gave them.
constexpr std::string_view property_graphs_sql = R"sql(
SELECT c.relnamespace, c.relname
  FROM pg_catalog.pg_class c
 WHERE c.relkind = 'g'
 ORDER BY c.relnamespace, c.relname
)sql";

}  // namespace

void read_property_graphs(Builder& builder) {
  if (builder.version < 190000) return;
  for (const pg::Row row : builder.connection.query(property_graphs_sql)) {
    const Oid schema = row["relnamespace"].as_oid();
    if (builder.relation_selected(schema, row["relname"].view())) {
      builder.unsupported("property graph", builder.qualified(schema, row["relname"].view()));
    }
  }
}

}  // namespace pgcoffer::catalog
