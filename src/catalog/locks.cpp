#include <fmt/format.h>

#include <algorithm>
#include <pgcoffer/error.hpp>

#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::size_t names_per_statement = 400;

// Row-level security that applies to the role would make the server refuse the rows later (row_security is off).
constexpr const char* row_security_sql = R"sql(
  SELECT c.relnamespace, c.relname
  FROM pg_catalog.unnest({}) AS wanted(oid)
    JOIN pg_catalog.pg_class c ON c.oid = wanted.oid
  WHERE c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
  ORDER BY c.relnamespace::pg_catalog.regnamespace::pg_catalog.text COLLATE "C", c.relname
  LIMIT 1)sql";

// Also says of tables of which only the definition is dumped: LOCK TABLE demands the privilege for them, too.
constexpr const char* unreadable_sql = R"sql(
  SELECT c.relnamespace, c.relname
  FROM pg_catalog.unnest({}) AS wanted(oid)
    JOIN pg_catalog.pg_class c ON c.oid = wanted.oid
  WHERE NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')
  ORDER BY c.relnamespace::pg_catalog.regnamespace::pg_catalog.text COLLATE "C", c.relname
  LIMIT 1)sql";

void check_readable(Builder& builder, const std::vector<Oid>& tables) {
  if (builder.connection.parameter_status("is_superuser") == "on") return;
  const auto rows = builder.connection.query(fmt::format(unreadable_sql, oid_array(tables)));
  if (rows.empty()) return;
  const QualifiedName name{builder.schema_name(rows[0]["relnamespace"].as_oid()), rows[0]["relname"].str()};
  const std::string role = builder.connection.role();
  throw Error(Kind::permission,
              fmt::format("cannot read table {}: role \"{}\" lacks the privilege SELECT", quote_always(name), role))
      .hint(fmt::format("Grant SELECT on it to role \"{}\", or leave it out with -T '{}'.", role, display_name(name)))
      .sqlstate("42501")
      .object(display_name(name));
}

void check_row_security(Builder& builder, const std::vector<Oid>& tables) {
  if (!builder.selection.rows || builder.connection.parameter_status("is_superuser") == "on") return;
  const auto rows = builder.connection.query(fmt::format(row_security_sql, oid_array(tables)));
  if (rows.empty()) return;
  const QualifiedName name{builder.schema_name(rows[0]["relnamespace"].as_oid()), rows[0]["relname"].str()};
  const std::string role = builder.connection.role();
  throw Error(Kind::permission, fmt::format("cannot read table {}: its row-level security hides rows from role \"{}\"",
                                            quote_always(name), role))
      .hint(fmt::format("Dump as its owner or as a role with BYPASSRLS, or leave it out with -T '{}'.",
                        display_name(name)))
      .sqlstate("42501")
      .object(display_name(name));
}

void lock(Builder& builder, const std::string& names) {
  constexpr const char* lock_not_available = "55P03";
  try {
    builder.connection.exec(fmt::format("LOCK TABLE ONLY {} IN ACCESS SHARE MODE", names));
  } catch (const Error& error) {
    if (error.sqlstate() != lock_not_available) throw;
    throw Error(Kind::failed,
                fmt::format("cannot lock the tables within {} ms: {}", builder.lock_wait.count(), error.message()))
        .hint(
            "Another session holds an ACCESS EXCLUSIVE lock (pg_locks, pg_blocking_pids). Wait for it to end, or raise "
            "--lock-wait-timeout.")
        .sqlstate(lock_not_available);
  }
}

}  // namespace

void lock_tables(Builder& builder, const Relations& relations) {
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
  check_readable(builder, oids);
  check_row_security(builder, rows_read);

  if (builder.lock_wait.count() > 0)
    builder.connection.exec(fmt::format("SET LOCAL lock_timeout = {}", builder.lock_wait.count()));
  for (std::size_t from = 0; from < names.size(); from += names_per_statement) {
    const auto first = names.begin() + static_cast<std::ptrdiff_t>(from);
    const auto last = names.begin() + static_cast<std::ptrdiff_t>(std::min(from + names_per_statement, names.size()));
    lock(builder, fmt::format("{}", fmt::join(first, last, ", ONLY ")));
  }
  if (builder.lock_wait.count() > 0) builder.connection.exec("SET LOCAL lock_timeout = 0");
}

}  // namespace pgcoffer::catalog
