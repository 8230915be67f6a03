#include "restore/analyze.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
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

/// Lists of tables for one ANALYZE each.
std::vector<std::string> lists(pg::Connection& connection, const std::vector<std::string>& names) {
  const pg::Result result = connection.query(fmt::format(R"sql(
    SELECT top.relation::pg_catalog.text AS name,
           pg_catalog.sum(pg_catalog.pg_relation_size(own.relation))::pg_catalog.int8 AS bytes
    FROM (VALUES {}) AS names(name)
      CROSS JOIN LATERAL (SELECT pg_catalog.to_regclass(names.name) AS relation) AS own
      CROSS JOIN LATERAL (SELECT coalesce(pg_catalog.pg_partition_root(own.relation), own.relation) AS relation) AS top
    WHERE own.relation IS NOT NULL
    GROUP BY 1
    ORDER BY 2 DESC, 1)sql",
                                                         join(names, ", ")));
  std::vector<std::string> lists;
  std::vector<std::string> small;
  for (const pg::Row row : result) {
    if (row["bytes"].as_int() > kSmallBytes) {
      lists.push_back(row["name"].str());
      continue;
    }
    small.push_back(row["name"].str());
    if (small.size() == kMostTogether) lists.push_back(join(std::exchange(small, {}), ", "));
  }
  if (!small.empty()) lists.push_back(join(small, ", "));
  return lists;
}

}  // namespace

void analyze(TargetDatabase& target, const Selected& selected, unsigned jobs, Progress& progress,
             const std::function<void(const std::string&)>& warn) {
  const std::vector<std::string> names = loaded(selected);
  if (names.empty()) return;
  progress.phase("analyze", {});
  const std::vector<std::string> all = lists(target.leader(), names);
  std::atomic<std::size_t> next = 0;
  const auto work = [&](pg::Connection& connection) {
    for (std::size_t at = next++; at < all.size(); at = next++) {
      try {
        connection.exec("ANALYZE " + all[at]);
      } catch (const Error& error) {
        if (error.kind() == Kind::interrupted || error.kind() == Kind::connection) throw;
        warn(fmt::format("everything is restored, but ANALYZE failed: {}", error.message()));
      }
    }
  };
  Crew crew([&] { target.cancel(); });
  for (std::size_t i = 1; i < std::min<std::size_t>(jobs, all.size()); ++i)
    crew.start([&, i] { work(target.worker(i - 1)); });
  crew.start([&] { work(target.leader()); });
  crew.join();
}

}  // namespace pgcoffer::restoring
