#include <fmt/format.h>

#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"
#include "catalog/statistics_call.hpp"

// What ANALYZE found out for CREATE STATISTICS, as calls of pg_restore_extended_stats, which servers have since 19.

namespace pgcoffer::catalog {
namespace {

// Before 14 there are no statistics of expressions, before 15 none that tell inheritance trees from single tables,
// before 19 the types of ndistinct and dependencies have another text, which no server reads.
constexpr const char* data_sql = R"sql(
  SELECT x.oid, r.relname, s.inherited, s.n_distinct, s.dependencies,
         s.most_common_vals, s.most_common_freqs, s.most_common_base_freqs, s.exprs
  FROM pg_catalog.unnest({statistics}) AS wanted(oid)
    JOIN pg_catalog.pg_statistic_ext x ON x.oid = wanted.oid
    JOIN pg_catalog.pg_namespace n ON n.oid = x.stxnamespace
    JOIN pg_catalog.pg_class r ON r.oid = x.stxrelid
    JOIN (SELECT e.statistics_schemaname, e.statistics_name, {inherited} AS inherited,
                 {n_distinct} AS n_distinct, {dependencies} AS dependencies,
                 e.most_common_vals, e.most_common_freqs, e.most_common_base_freqs, {exprs} AS exprs
          FROM pg_catalog.pg_stats_ext e) AS s
      ON s.statistics_schemaname = n.nspname AND s.statistics_name = x.stxname
  ORDER BY x.oid, s.inherited)sql";

// {"1, 2": 10} becomes [{"attributes": [1, 2], "ndistinct": 10}].
constexpr const char* old_n_distinct = R"sql((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
             'attributes', pg_catalog.string_to_array(item.key, ', ')::pg_catalog.int4[],
             'ndistinct', item.value::pg_catalog.int8))
    FROM pg_catalog.json_each_text(e.n_distinct::pg_catalog.text::pg_catalog.json) AS item))sql";

// {"1, 2 => 3": 0.5} becomes [{"attributes": [1, 2], "dependency": 3, "degree": 0.5}].
constexpr const char* old_dependencies = R"sql((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
             'attributes', pg_catalog.string_to_array(pg_catalog.split_part(item.key, ' => ', 1), ', ')::pg_catalog.int4[],
             'dependency', pg_catalog.split_part(item.key, ' => ', 2)::pg_catalog.int4,
             'degree', item.value::pg_catalog.float8))
    FROM pg_catalog.json_each_text(e.dependencies::pg_catalog.text::pg_catalog.json) AS item))sql";

// One element for each expression, in their order; null where nothing is known of it.
constexpr const char* expressions_sql = R"sql((
    SELECT pg_catalog.jsonb_pretty(pg_catalog.jsonb_agg(nullif(known.of_one, '{{}}'::pg_catalog.jsonb)))
    FROM pg_catalog.pg_stats_ext_exprs x
      CROSS JOIN LATERAL pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object({names})) AS known(of_one)
    WHERE x.statistics_schemaname = e.statistics_schemaname AND x.statistics_name = e.statistics_name {same}))sql";

constexpr auto of_expressions = std::to_array<std::pair<std::string_view, int>>({
    {"null_frac", 0},
    {"avg_width", 0},
    {"n_distinct", 0},
    {"most_common_vals", 0},
    {"most_common_freqs", 0},
    {"histogram_bounds", 0},
    {"correlation", 0},
    {"most_common_elems", 0},
    {"most_common_elem_freqs", 0},
    {"elem_count_histogram", 0},
    {"range_length_histogram", 190000},
    {"range_empty_frac", 190000},
    {"range_bounds_histogram", 190000},
});

std::string expressions(int version) {
  if (version < 140000) return "NULL::pg_catalog.text";
  std::vector<std::string> names;
  for (const auto& [name, first] : of_expressions)
    if (version >= first) names.push_back(fmt::format("'{0}', x.{0}::pg_catalog.text", name));
  return fmt::format(expressions_sql, fmt::arg("names", join(names, ", ")),
                     fmt::arg("same", version >= 150000 ? "AND x.inherited = e.inherited" : ""));
}

std::string data_call(const Builder& builder, const Object& statistics, const pg::Row& row) {
  StatisticsCall call("pg_restore_extended_stats", builder.version,
                      builder.entries[*builder.relation_entry(statistics.table)].object.schema, row["relname"].view());
  call.add("statistics_schemaname", statistics.schema);
  call.add("statistics_name", statistics.name);
  const auto add = [&](const char* name, std::string_view type) {
    if (!row[name].is_null()) call.add(name, row[name].view(), type);
  };
  add("inherited", "boolean");
  add("n_distinct", "pg_ndistinct");
  add("dependencies", "pg_dependencies");
  add("most_common_vals", "text[]");
  add("most_common_freqs", "double precision[]");
  add("most_common_base_freqs", "double precision[]");
  add("exprs", "jsonb");
  return call.text();
}

}  // namespace

void read_extended_statistics_data(Builder& builder) {
  if (!builder.selection.statistics) return;
  std::unordered_map<Oid, std::size_t> holders, made;
  std::vector<Oid> oids;
  for (std::size_t i = 0; i < builder.entries.size(); ++i) {
    const Entry& entry = builder.entries[i];
    if (entry.object.kind != "STATISTICS" || !entry.wanted) continue;
    if (builder.selection.no_statistics_of.contains(entry.object.table)) continue;
    holders.emplace(entry.object.address.oid, i);
    oids.push_back(entry.object.address.oid);
  }
  if (oids.empty()) return;
  const std::string sql =
      fmt::format(data_sql, fmt::arg("statistics", oid_array(oids)),
                  fmt::arg("inherited", since(builder.version, {{0, "false"}, {150000, "e.inherited"}})),
                  fmt::arg("n_distinct", since(builder.version, {{0, old_n_distinct}, {190000, "e.n_distinct"}})),
                  fmt::arg("dependencies", since(builder.version, {{0, old_dependencies}, {190000, "e.dependencies"}})),
                  fmt::arg("exprs", expressions(builder.version)));
  for (const auto row : builder.connection.query(sql)) {
    const std::size_t holder = holders.at(row["oid"].as_oid());
    const Object& statistics = builder.entries[holder].object;
    const std::string call = data_call(builder, statistics, row);
    const auto [found, is_new] = made.emplace(row["oid"].as_oid(), builder.entries.size());
    if (!is_new) {
      builder.entries[found->second].object.create_sql += call;
      continue;
    }
    Entry entry = entry_of_relation(builder.entries[holder], "EXTENDED STATISTICS DATA", {}, statistics.name);
    entry.object.section = Section::post_data;
    entry.object.create_sql = call;
    entry.after = {holder};
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
