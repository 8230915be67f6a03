#include "restore/lost_partitions.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "restore/count_rows.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr const char* kPartitions = R"sql(
  WITH RECURSIVE dropped AS (
    SELECT c.oid FROM (VALUES {}) AS wanted(name) JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(wanted.name)),
  below AS (
    SELECT i.inhrelid, i.inhparent FROM pg_catalog.pg_inherits i JOIN dropped ON dropped.oid = i.inhparent
    UNION
    SELECT i.inhrelid, below.inhparent FROM pg_catalog.pg_inherits i JOIN below ON below.inhrelid = i.inhparent)
  SELECT pn.nspname, p.relname, tn.nspname, t.relname
  FROM below
  JOIN pg_catalog.pg_class p ON p.oid = below.inhrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
  JOIN pg_catalog.pg_class t ON t.oid = below.inhparent JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
  WHERE p.relispartition AND p.relkind IN ('r', 'p', 'f') AND p.oid NOT IN (SELECT oid FROM dropped)
  ORDER BY 1, 2, 3, 4)sql";

/// "public.ev_24 with 500 rows"
std::string described(const QualifiedName& name, const std::map<std::string, std::uint64_t>& counts) {
  const auto count = counts.find(quote_always(name));
  return display_name(name) + (count == counts.end() ? "" : " with " + counted(count->second, "row"));
}

}  // namespace

void refuse_lost_partitions(pg::Connection& connection, const Selected& selected) {
  std::vector<std::string> dropped;
  for (const archive::Drop& drop : selected.drops)
    if (drop.entry->kind == "TABLE" || drop.entry->kind == "FOREIGN TABLE")
      dropped.push_back(
          fmt::format("({})", quote_literal(quote_always(QualifiedName{drop.entry->schema, drop.entry->name}))));
  if (dropped.empty()) return;
  const pg::Result found = connection.query(fmt::format(kPartitions, join(dropped, ", ")));
  if (found.empty()) return;
  std::vector<QualifiedName> lost;
  std::vector<std::string> quoted;
  for (const pg::Row row : found) {
    const QualifiedName name{row[0].str(), row[1].str()};
    if (!lost.empty() && lost.back() == name) continue;
    lost.push_back(name);
    quoted.push_back(quote_always(name));
  }
  const auto counts = count_rows(connection, quoted);
  std::vector<std::string> names;
  for (const QualifiedName& name : lost) names.push_back(described(name, counts));
  const QualifiedName table{found[0][2].str(), found[0][3].str()};
  throw Error(Kind::failed,
              fmt::format("dropping table {} would drop what the archive does not have: {} {}", quoted_name(table),
                          names.size() == 1 ? "its partition" : "the partitions", join_first(names)))
      .hint(
          "Nothing was changed. Detach it first (ALTER TABLE … DETACH PARTITION …), or drop it by hand if it may go. "
          "Rows alone go into the archive's other partitions with --mode.")
      .object(display_name(table));
}

}  // namespace pgcoffer::restoring
