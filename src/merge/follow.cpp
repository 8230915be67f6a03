#include "merge/follow.hpp"

#include <fmt/format.h>

#include "merge/staging.hpp"

namespace pgcoffer::merging {
namespace {

/// Calls `use(from, to, key)` for every pair of tables that the key joins, in the direction of following.
template <class Use>
void each_edge(const Tables& tables, const std::vector<ForeignKey>& keys, bool to_children, Use use) {
  for (const ForeignKey& key : keys) {
    for (const pg::Oid child : key.children) {
      for (const pg::Oid parent : key.parents) {
        if (!tables.contains(child) || !tables.contains(parent)) continue;
        use(to_children ? parent : child, to_children ? child : parent, key);
      }
    }
  }
}

void close(const Tables& tables, const std::vector<ForeignKey>& keys, bool to_children, std::set<pg::Oid>& found) {
  std::size_t before = 0;
  while (before != found.size()) {
    before = found.size();
    each_edge(tables, keys, to_children, [&](pg::Oid from, pg::Oid to, const ForeignKey&) {
      if (found.contains(from)) found.insert(to);
    });
  }
}

bool pick(pg::Connection& connection, const TargetTable& from, const TargetTable& to, const ForeignKey& key,
          bool to_children) {
  const pg::Result result = connection.query(fmt::format(
      "WITH picked AS (UPDATE {} AS t SET {} = true WHERE NOT t.{} AND EXISTS (SELECT FROM {} AS f WHERE f.{} AND {}) "
      "RETURNING 1) SELECT pg_catalog.count(*) FROM picked",
      to.staging, kPicked, kPicked, from.staging, kPicked,
      match(key, to_children ? "t" : "f", to_children ? "f" : "t")));
  return result[0][0].as_int() > 0;
}

void follow_direction(pg::Connection& connection, const Tables& tables, const std::vector<ForeignKey>& keys,
                      bool to_children) {
  for (bool more = true; more;) {
    more = false;
    each_edge(tables, keys, to_children, [&](pg::Oid from, pg::Oid to, const ForeignKey& key) {
      const TargetTable& source = tables.at(from);
      const TargetTable& wanted = tables.at(to);
      if (source.staging.empty() || wanted.staging.empty()) return;
      more = pick(connection, source, wanted, key, to_children) || more;
    });
  }
}

}  // namespace

std::set<pg::Oid> reachable(const Tables& tables, const std::vector<ForeignKey>& keys, std::set<pg::Oid> roots,
                            Follow follow) {
  if (follow == Follow::children || follow == Follow::both) close(tables, keys, true, roots);
  if (follow == Follow::parents || follow == Follow::both) close(tables, keys, false, roots);
  return roots;
}

void follow_rows(pg::Connection& connection, const Tables& tables, const std::vector<ForeignKey>& keys, Follow follow) {
  if (follow == Follow::children || follow == Follow::both) follow_direction(connection, tables, keys, true);
  if (follow == Follow::parents || follow == Follow::both) follow_direction(connection, tables, keys, false);
}

}  // namespace pgcoffer::merging
