#include <fmt/format.h>

#include <pgcoffer/error.hpp>

#include "catalog/read.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// Row-level security that applies to the role would make the server refuse the rows later (row_security is off). The
// privilege is needed also for tables of which only the definition is dumped: LOCK TABLE demands it.
constexpr const char* unreadable_sql = R"sql(
  SELECT c.relnamespace, c.relname,
         pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE') AS visible,
         pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable,
         c.relrowsecurity AND c.oid = ANY ({read}) AND pg_catalog.row_security_active(c.oid) AS hidden
  FROM pg_catalog.unnest({locked}) AS wanted(oid)
    JOIN pg_catalog.pg_class c ON c.oid = wanted.oid
  WHERE NOT pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE')
     OR NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')
     OR (c.relrowsecurity AND c.oid = ANY ({read}) AND pg_catalog.row_security_active(c.oid))
  ORDER BY c.relnamespace::pg_catalog.regnamespace::pg_catalog.text COLLATE "C", c.relname COLLATE "C")sql";

// TRUNCATE, and an ALTER TABLE that writes a table anew, leave nothing that an older snapshot could see: neither the
// old rows, nor the new ones. The catalog is read as of the snapshot, pg_relation_filenode() tells the file of now.
// (Some tables of the system's have their file's number in a map instead.)
constexpr const char* written_anew_sql = R"sql(
  SELECT c.relnamespace, c.relname
  FROM pg_catalog.unnest({}) AS read(oid)
    JOIN pg_catalog.pg_class c ON c.oid = read.oid
  WHERE c.relfilenode <> 0 AND pg_catalog.pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode)sql";

void find_unreadable(Builder& builder, const std::vector<Oid>& locked, const std::vector<Oid>& read) {
  if (builder.connection.parameter_status("is_superuser") == "on") return;
  const auto rows = builder.connection.query(fmt::format(
      unreadable_sql, fmt::arg("locked", oid_array(locked)),
      fmt::arg("read",
               oid_array(builder.selection.rows && builder.selection.hidden_rows ? read : std::vector<Oid>()))));
  for (const auto row : rows) {
    const QualifiedName name{builder.schema_name(row["relnamespace"].as_oid()), row["relname"].str()};
    if (!row["visible"].as_bool()) builder.unreadable.add_schema(name.schema);
    if (!row["readable"].as_bool()) builder.unreadable.add_table(name);
    if (row["hidden"].as_bool()) builder.unreadable.add_hidden_rows(name);
  }
}

/// Tables that somebody has locked, as far as can be told after the lock's timeout has ended the transaction.
std::string locked_by_others(pg::Connection& connection, const std::vector<Oid>& oids) {
  connection.exec("ROLLBACK");
  std::vector<std::string> names;
  for (const auto row : connection.query(fmt::format(
           "SELECT DISTINCT relation::pg_catalog.regclass::pg_catalog.text AS name FROM pg_catalog.pg_locks WHERE "
           "granted AND "
           "mode = 'AccessExclusiveLock' AND pid <> pg_catalog.pg_backend_pid() AND relation = ANY ({}) AND database = "
           "(SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY 1",
           oid_array(oids))))
    names.push_back(row["name"].str());
  return names.empty() ? "the tables" : (names.size() == 1 ? "table " : "tables ") + join_first(names);
}

void lock(Builder& builder, const std::string& names, const std::vector<Oid>& oids) {
  constexpr const char* lock_not_available = "55P03";
  try {
    builder.connection.exec(fmt::format("LOCK TABLE ONLY {} IN ACCESS SHARE MODE", names));
  } catch (const Error& error) {
    if (error.sqlstate() != lock_not_available) throw;
    throw Error(Kind::failed, fmt::format("cannot lock {} within {} ms: {}", locked_by_others(builder.connection, oids),
                                          builder.lock_wait.count(), error.message()))
        .hint(
            "Another session holds an ACCESS EXCLUSIVE lock (pg_locks, pg_blocking_pids). Wait for it to end, or raise "
            "--lock-wait-timeout.")
        .sqlstate(lock_not_available);
  }
}

void refuse_written_anew(Builder& builder, const std::vector<Oid>& read) {
  std::vector<std::string> names;
  for (const auto row : builder.connection.query(fmt::format(written_anew_sql, oid_array(read))))
    names.push_back(display_name({builder.schema_name(row["relnamespace"].as_oid()), row["relname"].str()}));
  if (names.empty()) return;
  throw Error(Kind::failed,
              fmt::format("{} {} written anew after the snapshot was taken, which cannot see the rows any more",
                          names.size() == 1 ? "table " + names.front() : "tables " + join_first(names),
                          names.size() == 1 ? "was" : "were"))
      .hint("TRUNCATE, ALTER TABLE, CLUSTER and VACUUM FULL do that. Dump again, in a new snapshot.")
      .sqlstate(kWrittenAnew);
}

}  // namespace

void lock_tables(Builder& builder, const Relations& relations) {
  if (!builder.selection.locked) return;
  std::vector<Oid> oids, rows_read;
  std::vector<std::string> names;
  for (const auto& relation : relations) {
    const bool has_rows_below = relation->relkind == 'r' || relation->relkind == 'p';
    if (!has_rows_below || !(relation->wanted || relation->configuration)) continue;
    oids.push_back(relation->oid);
    const QualifiedName name{builder.schema_name(relation->schema), relation->name};
    if (relation->relkind == 'r' && !builder.rows_excluded(name, relation->persistence)) {
      rows_read.push_back(relation->oid);
    }
    names.push_back(relation->qualified);
  }
  if (oids.empty()) return;
  find_unreadable(builder, oids, rows_read);
  if (!builder.unreadable.empty()) return;  // nothing is going to be dumped

  if (builder.lock_wait.count() > 0)
    builder.connection.exec(fmt::format("SET LOCAL lock_timeout = {}", builder.lock_wait.count()));
  lock(builder, join(names, ", ONLY "), oids);
  if (builder.lock_wait.count() > 0) builder.connection.exec("SET LOCAL lock_timeout = 0");
  if (builder.selection.rows && !rows_read.empty()) refuse_written_anew(builder, rows_read);
}

}  // namespace pgcoffer::catalog
