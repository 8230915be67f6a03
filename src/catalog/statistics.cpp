#include <fmt/format.h>

#include <utility>

#include "catalog/races.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr const char* statistics_sql = R"sql(
  SELECT s.oid, s.stxrelid, s.stxname, s.stxnamespace, s.stxowner,
         nullif(s.stxstattarget, -1) AS target,
         pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition
  FROM pg_catalog.unnest({}) AS wanted(oid)
    JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = wanted.oid
  ORDER BY s.stxname)sql";

}  // namespace

void read_statistics(Builder& builder) {
  for (const auto row : builder.connection.query(fmt::format(statistics_sql, wanted_relations(builder)))) {
    const Oid schema = row["stxnamespace"].as_oid();
    if (!builder.relations_only() && !builder.schema_selected(schema)) continue;
    const std::string name = row["stxname"].str();
    Entry entry = new_entry(builder, "STATISTICS", {class_oid::statistic_ext, row["oid"].as_oid(), 0}, schema, name,
                            row["stxowner"].as_oid());
    entry.object.section = Section::post_data;
    entry.object.table = row["stxrelid"].as_oid();
    entry.target = "STATISTICS " + builder.qualified(schema, name);
    entry.object.create_sql = std::string(definition(row["definition"], "STATISTICS", name)) + ";\n";
    set_owner_and_drop(entry);
    if (!row["target"].is_null())
      entry.object.create_sql += fmt::format("ALTER {} SET STATISTICS {};\n", entry.target, row["target"].view());
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
