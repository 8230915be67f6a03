#include "merge/surroundings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "pgcoffer/error.hpp"
#include "restore/sequences.hpp"

namespace pgcoffer::merging {
namespace {

std::string oids(const std::vector<const TargetTable*>& tables) {
  std::vector<std::string> list;
  for (const TargetTable* table : tables) list.push_back(std::to_string(table->oid));
  return join(list, ", ");
}

}  // namespace

bool may_silence_triggers(pg::Connection& connection) {
  const char* granted = connection.server_version() >= 150000
                            ? "pg_catalog.has_parameter_privilege('session_replication_role', 'SET')"
                            : "false";
  return connection
      .query(fmt::format("SELECT rolsuper OR {} FROM pg_catalog.pg_roles WHERE rolname = current_user", granted))[0][0]
      .as_bool();
}

SilentTriggers::SilentTriggers(pg::Connection& connection, const std::vector<const TargetTable*>& tables)
    : connection_(connection), replica_(may_silence_triggers(connection)) {
  if (replica_) {
    connection.exec("SET LOCAL session_replication_role = replica");
    return;
  }
  const pg::Result triggers = connection.query(
      fmt::format("SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation, g.tgname, g.tgenabled "
                  "FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid "
                  "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                  "WHERE NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgrelid IN ({}) ORDER BY 1, 2",
                  oids(tables)));
  for (const pg::Row row : triggers) {
    const std::string name = quote_always(row["tgname"].view());
    connection.exec(fmt::format("ALTER TABLE ONLY {} DISABLE TRIGGER {}", row["relation"].view(), name));
    enable_ += fmt::format("ALTER TABLE ONLY {} ENABLE {}TRIGGER {};", row["relation"].view(),
                           row["tgenabled"].as_char() == 'A' ? "ALWAYS " : "", name);
  }
}

void SilentTriggers::restore() {
  if (replica_) connection_.exec("SET LOCAL session_replication_role = DEFAULT");
  if (!enable_.empty()) connection_.exec(enable_);
}

void check_foreign_keys(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                        const std::vector<ForeignKey>& keys) {
  std::set<pg::Oid> ours;
  for (const TargetTable* table : tables) ours.insert(table->oid);
  const auto touches = [&](const std::vector<pg::Oid>& some) {
    return std::ranges::any_of(some, [&](pg::Oid oid) { return ours.contains(oid); });
  };
  for (const ForeignKey& key : keys) {
    if (!key.validated || (!touches(key.children) && !touches(key.parents))) continue;
    std::string set;
    for (const std::string& column : key.child_columns)
      set += fmt::format("c.{} IS NOT NULL AND ", quote_always(column));
    const pg::Result broken =
        connection.query(fmt::format("SELECT FROM {} AS c WHERE {}NOT EXISTS (SELECT FROM {} AS p WHERE {}) LIMIT 1",
                                     key.child_sql, set, key.parent_sql, match(key, "c", "p")));
    if (broken.empty()) continue;
    throw Error(Kind::failed,
                fmt::format("foreign key {} of {} would be broken: a row references one that is not in {}",
                            quote_ident(key.name), key.child_sql, key.parent_sql))
        .hint("Take the referenced rows along: more tables, or --follow parents.");
  }
}

std::vector<restoring::SequenceMove> find_sequence_moves(pg::Connection& connection,
                                                         const std::vector<const TargetTable*>& tables, bool all_new) {
  std::vector<restoring::RowsBehind> rows;
  for (const TargetTable* table : tables)
    rows.push_back({table->oid, table->staging, table->writable, "ONLY " + table->sql(), all_new});
  return restoring::find_sequence_moves(connection, rows);
}

std::vector<pg::Oid> referencing(const std::vector<const TargetTable*>& tables, const std::vector<ForeignKey>& keys) {
  std::set<pg::Oid> found;
  for (const TargetTable* table : tables) found.insert(table->oid);
  const std::set<pg::Oid> given = found;
  for (std::size_t before = 0; before != found.size();) {
    before = found.size();
    for (const ForeignKey& key : keys) {
      if (!key.enforced) continue;
      const bool concerned = std::ranges::any_of(key.parents, [&](pg::Oid parent) { return found.contains(parent); });
      if (concerned) found.insert(key.children.begin(), key.children.end());
    }
  }
  std::vector<pg::Oid> others;
  std::ranges::set_difference(found, given, std::back_inserter(others));
  return others;
}

}  // namespace pgcoffer::merging
