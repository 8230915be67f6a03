#include <fmt/format.h>

#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"
#include "catalog/statistics_call.hpp"

// What ANALYZE found out, as calls of the functions with which servers since 18 take it. Any server can be read.

namespace pgcoffer::catalog {
namespace {

constexpr const char* relations_sql = R"sql(
  SELECT c.oid, c.relname, c.relpages, c.reltuples, c.relallvisible, {frozen} AS relallfrozen
  FROM pg_catalog.unnest({relations}) AS wanted(oid)
    JOIN pg_catalog.pg_class c ON c.oid = wanted.oid)sql";

// The view, not pg_statistic: it shows what this role may see.
constexpr const char* attributes_sql = R"sql(
  SELECT c.oid, a.attnum, s.*
  FROM pg_catalog.unnest({relations}) AS wanted(oid)
    JOIN pg_catalog.pg_class c ON c.oid = wanted.oid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
  ORDER BY c.oid, s.attname, s.inherited)sql";

struct Argument {
  const char *name, *type;
  int since = 0;
};

constexpr auto attribute_arguments = std::to_array<Argument>({
    {"inherited", "boolean"},
    {"null_frac", "real"},
    {"avg_width", "integer"},
    {"n_distinct", "real"},
    {"most_common_vals", "text"},
    {"most_common_freqs", "real[]"},
    {"histogram_bounds", "text"},
    {"correlation", "real"},
    {"most_common_elems", "text"},
    {"most_common_elem_freqs", "real[]"},
    {"elem_count_histogram", "real[]"},
    {"range_length_histogram", "text", 170000},
    {"range_empty_frac", "real", 170000},
    {"range_bounds_histogram", "text", 170000},
});

/// A relation whose statistics are wanted, and the entry that makes it.
struct Holder {
  std::size_t entry = 0;
  bool index = false;
};

std::unordered_map<Oid, Holder> holders(const Builder& builder) {
  std::unordered_map<Oid, Holder> found;
  for (std::size_t i = 0; i < builder.entries.size(); ++i) {
    const Entry& entry = builder.entries[i];
    if (!entry.wanted || builder.selection.no_statistics_of.contains(entry.object.table)) continue;
    const std::string& kind = entry.object.kind;
    if (kind == "TABLE" || kind == "FOREIGN TABLE" || kind == "MATERIALIZED VIEW") {
      found.emplace(entry.object.address.oid, Holder{i, false});
    } else if (kind == "INDEX") {
      found.emplace(entry.object.address.oid, Holder{i, true});
    } else if (kind == "CONSTRAINT") {
      for (const Address& address : entry.also)
        if (address.class_oid == class_oid::relation) found.emplace(address.oid, Holder{i, true});
    }
  }
  return found;
}

std::string attribute_call(const Builder& builder, const Entry& holder, const std::string& relation, bool index,
                           const pg::Row& row) {
  StatisticsCall call("pg_restore_attribute_stats", builder.version, holder.object.schema, relation);
  // Names of an index's columns are the server's choice, which may be another one after a restore.
  if (index)
    call.add("attnum", row["attnum"].view(), "smallint");
  else
    call.add("attname", row["attname"].view());
  for (const Argument& argument : attribute_arguments)
    if (builder.version >= argument.since && !row[argument.name].is_null())
      call.add(argument.name, row[argument.name].view(), argument.type);
  return call.text();
}

std::string relation_call(const Builder& builder, const Entry& holder, const pg::Row& row) {
  StatisticsCall call("pg_restore_relation_stats", builder.version, holder.object.schema, row["relname"].view());
  call.add("relpages", row["relpages"].view(), "integer");
  // Before 14, 0 rows stand for "unknown" too, which has been -1 since.
  const bool unknown = builder.version < 140000 && row["reltuples"].view() == "0";
  call.add("reltuples", unknown ? "-1" : row["reltuples"].view(), "real");
  call.add("relallvisible", row["relallvisible"].view(), "integer");
  if (!row["relallfrozen"].is_null()) call.add("relallfrozen", row["relallfrozen"].view(), "integer");
  return call.text();
}

}  // namespace

void read_optimizer_statistics(Builder& builder) {
  if (!builder.selection.statistics) return;
  const auto wanted = holders(builder);
  std::vector<Oid> oids;
  for (const auto& [oid, holder] : wanted) oids.push_back(oid);
  const std::string relations = oid_array(oids);

  std::unordered_map<Oid, std::size_t> made;
  for (const auto row : builder.connection.query(fmt::format(
           relations_sql, fmt::arg("relations", relations),
           fmt::arg("frozen", since(builder.version, {{0, "NULL::pg_catalog.int4"}, {180000, "c.relallfrozen"}}))))) {
    const Oid oid = row["oid"].as_oid();
    const Holder& holder = wanted.at(oid);
    Entry entry = entry_of_relation(builder.entries[holder.entry], "STATISTICS DATA", {}, row["relname"].str());
    entry.object.owner.clear();
    entry.object.section = holder.index ? Section::post_data : Section::data;
    entry.object.create_sql = relation_call(builder, builder.entries[holder.entry], row);
    entry.after = {holder.entry};
    made.emplace(oid, builder.entries.size());
    builder.add(std::move(entry));
  }
  for (const auto row : builder.connection.query(fmt::format(attributes_sql, fmt::arg("relations", relations)))) {
    const Oid oid = row["oid"].as_oid();
    Object& object = builder.entries[made.at(oid)].object;
    const Holder& holder = wanted.at(oid);
    object.create_sql += attribute_call(builder, builder.entries[holder.entry], object.name, holder.index, row);
  }
}

}  // namespace pgcoffer::catalog
