#include "merge/losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/counted.hpp"
#include "base/time.hpp"
#include "merge/cascades.hpp"
#include "merge/preconditions.hpp"
#include "merge/surroundings.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

const char* what_is_lost(MergeMode mode) {
  if (mode == MergeMode::upsert) return "rows with the archive's keys are overwritten";
  return mode == MergeMode::sync ? "rows that differ from the archive's are overwritten or deleted"
                                 : "all rows are deleted";
}

QualifiedName name_of(pg::Connection& connection, pg::Oid oid) {
  const pg::Result found =
      connection.query(fmt::format("SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN "
                                   "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = {}",
                                   oid));
  return {found[0][0].str(), found[0][1].str()};
}

void add_beside(pg::Connection& connection, pg::Oid oid, const std::string& what, Losses& losses) {
  const QualifiedName name = name_of(connection, oid);
  losses.beside.push_back(name);
  losses.lines.push_back(fmt::format("table {} with {} now: {}", display_name(name),
                                     counted(count_rows(connection, quote_always(name)), "row"), what));
}

/// The server wants a partitioned table itself, when its partitions are emptied for their references.
void add_emptied(const std::vector<const TargetTable*>& tables, const std::vector<pg::Oid>& cascaded,
                 const std::vector<ForeignKey>& keys, Losses& losses) {
  std::set<pg::Oid> emptied(cascaded.begin(), cascaded.end());
  for (const TargetTable* table : tables) {
    emptied.insert(table->oid);
    losses.emptied.push_back("ONLY " + table->sql());
  }
  for (const QualifiedName& name : losses.beside) losses.emptied.push_back("ONLY " + quote_always(name));
  for (const ForeignKey& key : keys) {
    const bool partitioned = key.children != std::vector<pg::Oid>{key.child};
    if (key.enforced && partitioned &&
        std::ranges::any_of(key.parents, [&](pg::Oid oid) { return emptied.contains(oid); }))
      losses.emptied.push_back(key.child_sql);
  }
}

std::vector<Cascade> updated_beside(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                    const std::vector<ForeignKey>& keys, MergeMode mode, const Losses& losses) {
  std::vector<Cascade> others = cascades_of_updates(connection, tables, keys, mode);
  std::erase_if(others, [&](const Cascade& cascade) {
    return std::ranges::find(losses.beside, name_of(connection, cascade.table)) != losses.beside.end();
  });
  return others;
}

}  // namespace

Losses find_losses(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                   const std::vector<ForeignKey>& keys, MergeMode mode, bool picked, const std::string& created) {
  Losses losses;
  if (mode == MergeMode::append || mode == MergeMode::insert_missing) return losses;
  for (const TargetTable* table : tables) {
    const std::string now = counted(count_rows(connection, table->sql()), "row");
    losses.lines.push_back(
        picked ? fmt::format("table {} with {} now: those with the keys of the {} that are picked are overwritten",
                             display_name(table->name), now, counted(count_rows(connection, table->staging), "row"))
               : fmt::format("table {} with {} now: {}, the archive has {}", display_name(table->name), now,
                             what_is_lost(mode), human_count(table->archived->rows)));
  }
  if (mode == MergeMode::truncate) {
    const std::vector<pg::Oid> cascaded = referencing(tables, keys);
    for (const pg::Oid oid : cascaded) add_beside(connection, oid, "is emptied, since it references them", losses);
    add_emptied(tables, cascaded, keys, losses);
    std::set<pg::Oid> emptied(cascaded.begin(), cascaded.end());
    for (const TargetTable* table : tables) emptied.insert(table->oid);
    refuse_unenforced_keys(connection, emptied, keys);
  }
  if (mode == MergeMode::replace || mode == MergeMode::sync) {
    for (const Cascade& cascade : cascades(tables, keys))
      add_beside(connection, cascade.table, describe(cascade), losses);
  }
  for (const Cascade& cascade : updated_beside(connection, tables, keys, mode, losses))
    add_beside(connection, cascade.table, describe(cascade), losses);
  losses.lines.push_back(fmt::format("The archive is from {}.", with_age(created)));
  return losses;
}

void refuse_new_losses(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                       const std::vector<ForeignKey>& keys, MergeMode mode, const Losses& losses) {
  const std::vector<Cascade> others = updated_beside(connection, tables, keys, mode, losses);
  if (others.empty()) return;
  throw Error(Kind::failed,
              fmt::format("table {}: {}, since somebody has changed what they reference meanwhile",
                          display_name(name_of(connection, others.front().table)), describe(others.front())))
      .hint("Try again, to be asked with that table, too.");
}

std::uint64_t count_rows(pg::Connection& connection, const std::string& table) {
  return static_cast<std::uint64_t>(connection.query("SELECT pg_catalog.count(*) FROM ONLY " + table)[0][0].as_int());
}

}  // namespace pgcoffer::merging
