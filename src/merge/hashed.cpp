#include "merge/hashed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "merge/staging.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

// Rows move below the topmost table that is partitioned by hash.
constexpr const char* kHashed = R"sql(
  SELECT c.oid, n.nspname, r.relname, pg_catalog.pg_get_partition_constraintdef(c.oid) AS places
  FROM pg_catalog.pg_class c
    CROSS JOIN LATERAL (
      SELECT p.partrelid FROM pg_catalog.pg_partition_ancestors(c.oid) WITH ORDINALITY AS a(relid, steps)
        JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = a.relid
      WHERE p.partstrat = 'h' ORDER BY a.steps DESC LIMIT 1) AS top
    JOIN pg_catalog.pg_class r ON r.oid = top.partrelid JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
  WHERE c.oid IN ({}) AND c.relispartition)sql";

constexpr const char* kStrays = "pg_temp.pgcoffer_strays";

struct Partition {
  TargetTable* table = nullptr;
  std::string places;  ///< SQL that is false for rows which belong elsewhere
};
using Partitions = std::vector<Partition>;

std::map<QualifiedName, Partitions> hashed(pg::Connection& connection, const std::vector<TargetTable*>& tables) {
  std::vector<std::string> oids;
  for (const TargetTable* table : tables) oids.push_back(std::to_string(table->oid));
  std::map<QualifiedName, Partitions> roots;
  if (oids.empty()) return roots;
  for (const pg::Row row : connection.query(fmt::format(kHashed, join(oids, ", ")))) {
    TargetTable* const table = *std::ranges::find(tables, row["oid"].as_oid(), &TargetTable::oid);
    roots[{row["nspname"].str(), row["relname"].str()}].push_back({table, row["places"].str()});
  }
  return roots;
}

std::string columns_of(const TargetTable& table) {
  std::vector<std::string> names{kPicked};
  for (const auto* list : {&table.writable, &table.extra})
    for (const std::string& name : *list) names.push_back(quote_always(name));
  return join(names, ", ");
}

std::uint64_t move(pg::Connection& connection, const std::string& from, const std::string& to,
                   const std::string& columns, const std::string& where) {
  return static_cast<std::uint64_t>(
      connection
          .query(fmt::format("WITH moved AS (DELETE FROM {0} WHERE {3} RETURNING {2}), there AS (INSERT INTO {1} ({2}) "
                             "SELECT {2} FROM moved RETURNING 1) SELECT pg_catalog.count(*) FROM there",
                             from, to, columns, where))[0][0]
          .as_int());
}

void place(pg::Connection& connection, const QualifiedName& root, const Partitions& partitions) {
  const std::string columns = columns_of(*partitions.front().table);
  connection.exec(fmt::format("CREATE TEMPORARY TABLE pgcoffer_strays ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA",
                              columns, partitions.front().table->staging));
  std::uint64_t strays = 0;
  for (const Partition& each : partitions)
    strays += move(connection, each.table->staging, kStrays, columns, fmt::format("({}) IS FALSE", each.places));
  if (strays > 0) {
    for (const Partition& each : partitions) {
      if (each.table->given.size() > 1) {
        throw Error(
            Kind::unsupported,
            fmt::format("rows of table {} belong into other partitions here, and some lack columns", quoted_name(root)))
            .hint("Give each row all columns.")
            .object(display_name(root));
      }
      strays -= move(connection, kStrays, each.table->staging, columns, fmt::format("({}) IS NOT FALSE", each.places));
      each.table->hashed_root = root;
      connection.exec("ANALYZE " + each.table->staging);
    }
  }
  if (strays > 0) {
    throw Error(Kind::failed,
                fmt::format("rows of partitions of table {} belong into others here, which are not selected",
                            quoted_name(root)))
        .hint("Name the partitioned table: its partitions come along.")
        .object(display_name(root));
  }
  connection.exec(fmt::format("DROP TABLE {}", kStrays));
}

}  // namespace

void refuse_lonely_partitions(
    pg::Connection& connection, const std::vector<TargetTable*>& tables,
    const std::function<std::vector<const archive::Table*>(const archive::Table*)>& siblings) {
  const auto chosen = [&](const archive::Table* table) {
    return std::ranges::find(tables, table, &TargetTable::archived) != tables.end();
  };
  for (const auto& [root, partitions] : hashed(connection, tables)) {
    for (const Partition& each : partitions) {
      if (!each.table->archived->load_into) continue;
      const auto others = siblings(each.table->archived);
      const auto other = std::ranges::find_if(
          others, [&](const auto* one) { return one->load_into && one->rows > 0 && !chosen(one); });
      if (other == others.end()) continue;
      throw Error(
          Kind::failed,
          fmt::format("table {} is one of partitions by hash, and rows that belong into it in this database may "
                      "be the archive's of {}",
                      quoted_name(each.table->name), display_name({(*other)->schema, (*other)->name})))
          .hint("Name the partitioned table: its partitions come along. Or say --mode upsert or insert-missing.")
          .object(display_name(each.table->name));
    }
  }
}

void place_hashed_rows(pg::Connection& connection, const std::vector<TargetTable*>& tables) {
  for (const auto& [root, partitions] : hashed(connection, tables)) place(connection, root, partitions);
}

}  // namespace pgcoffer::merging
