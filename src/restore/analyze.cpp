#include "restore/analyze.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/crew.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {
namespace {

// Small tables go together: a statement each would cost more than the work. Each still has a transaction of its own.
constexpr std::int64_t kSmallBytes = 1 << 20;
constexpr std::size_t kMostTogether = 50;

std::vector<std::string> loaded(const Selected& selected) {
  std::set<QualifiedName> known;
  for (const archive::TocEntry* entry : selected.statistics) known.insert({entry->table_schema, entry->table_name});
  std::vector<std::string> names;
  const auto add = [&](const QualifiedName& name) {
    if (known.contains(name)) return;
    names.push_back(fmt::format("({})", quote_literal(quote_always(name))));
  };
  for (const archive::Table* table : selected.tables) add({table->schema, table->name});
  for (const archive::TocEntry* entry : selected.post_data) {
    if (entry->kind == "MATERIALIZED VIEW DATA") add({entry->schema, entry->name});
  }
  return names;
}

/// A table that is not a partition, and those of its partitions that were loaded.
struct Analyzed {
  std::string name;
  std::vector<std::string> loaded;
};
using List = std::vector<Analyzed>;

/// Lists of tables for one ANALYZE each.
std::vector<List> lists(pg::Connection& connection, const std::vector<std::string>& names) {
  const pg::Result result = connection.query(fmt::format(R"sql(
    SELECT top.relation::pg_catalog.text AS name, pg_catalog.array_agg(own.relation::pg_catalog.text) AS loaded,
           pg_catalog.sum(pg_catalog.pg_relation_size(own.relation))::pg_catalog.int8 AS bytes
    FROM (VALUES {}) AS names(name)
      CROSS JOIN LATERAL (SELECT pg_catalog.to_regclass(names.name) AS relation) AS own
      CROSS JOIN LATERAL (SELECT coalesce(pg_catalog.pg_partition_root(own.relation), own.relation) AS relation) AS top
    WHERE own.relation IS NOT NULL
    GROUP BY 1
    ORDER BY 3 DESC, 1)sql",
                                                         join(names, ", ")));
  std::vector<List> lists;
  List small;
  for (const pg::Row row : result) {
    Analyzed table{row["name"].str(), row["loaded"].as_array()};
    if (row["bytes"].as_int() > kSmallBytes) {
      lists.push_back({std::move(table)});
      continue;
    }
    small.push_back(std::move(table));
    if (small.size() == kMostTogether) lists.push_back(std::exchange(small, {}));
  }
  if (!small.empty()) lists.push_back(std::move(small));
  return lists;
}

class Analysis {
 public:
  Analysis(pg::Connection& connection, const std::function<void(const std::string&)>& warn)
      : connection_(connection), warn_(warn) {}

  /// What one table's failure would keep from the others, is done for each of them.
  void run(const List& tables) const {
    std::vector<std::string> names;
    for (const Analyzed& table : tables) names.push_back(table.name);
    if (!failure_of(join(names, ", "))) return;
    for (const Analyzed& table : tables) {
      const auto failure = failure_of(table.name);
      if (!failure) continue;
      warn_(fmt::format("everything is restored, but ANALYZE failed: {}", failure->message()));
      // What fails of these, too, has been told.
      for (const std::string& partition : table.loaded)
        if (partition != table.name) static_cast<void>(failure_of(partition));
    }
  }

 private:
  [[nodiscard]] std::optional<Error> failure_of(const std::string& names) const {
    try {
      connection_.exec("ANALYZE " + names);
      return std::nullopt;
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted) throw;
      // It may be the connection of a foreign table that is not to be had.
      if (error.kind() == Kind::connection) connection_.exec("SELECT");
      return error;
    }
  }

  pg::Connection& connection_;
  const std::function<void(const std::string&)>& warn_;
};

}  // namespace

void analyze(TargetDatabase& target, const Selected& selected, unsigned jobs, Progress& progress,
             const std::function<void(const std::string&)>& warn) {
  const std::vector<std::string> names = loaded(selected);
  if (names.empty()) return;
  progress.phase("analyze", {});
  const std::vector<List> all = lists(target.leader(), names);
  std::atomic<std::size_t> next = 0;
  const auto work = [&](pg::Connection& connection) {
    for (std::size_t at = next++; at < all.size(); at = next++) Analysis(connection, warn).run(all[at]);
  };
  Crew crew([&] { target.cancel(); });
  for (std::size_t i = 1; i < std::min<std::size_t>(jobs, all.size()); ++i)
    crew.start([&, i] { work(target.worker(i - 1)); });
  crew.start([&] { work(target.leader()); });
  crew.join();
}

}  // namespace pgcoffer::restoring
