#include "pg/snapshot.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace pgcoffer::pg {

namespace {

/// When and where the leader's transaction began.
Snapshot describe(Connection& leader, const std::string& id) {
  const Result result = leader.query(fmt::format(R"(
    SELECT {} AS id,
           CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                ELSE pg_catalog.pg_current_wal_lsn() END AS lsn,
           pg_catalog.to_char(pg_catalog.transaction_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS time)",
                                                 id));
  const Row row = result[0];
  return {row["id"].str(), row["lsn"].str(), row["time"].str()};
}

}  // namespace

Snapshot export_snapshot(Connection& leader, bool serializable_deferrable) {
  leader.exec(serializable_deferrable ? "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE"
                                      : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  return describe(leader, "pg_catalog.pg_export_snapshot()");
}

Snapshot import_snapshot(Connection& leader, const std::string& id) {
  adopt_snapshot(leader, {id, "", ""});
  return describe(leader, quote_literal(id));
}

void adopt_snapshot(Connection& worker, const Snapshot& snapshot) {
  worker.exec("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  worker.exec("SET TRANSACTION SNAPSHOT " + quote_literal(snapshot.id));
}

}  // namespace pgcoffer::pg
