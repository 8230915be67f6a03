#include "pg/snapshot.hpp"

#include "base/text.hpp"

namespace pgcoffer::pg {

Snapshot export_snapshot(Connection& leader) {
  leader.exec("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const Result result = leader.query(R"(
    SELECT pg_catalog.pg_export_snapshot() AS id,
           CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                ELSE pg_catalog.pg_current_wal_lsn() END AS lsn,
           pg_catalog.to_char(pg_catalog.transaction_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS time)");
  const Row row = result[0];
  return {row["id"].str(), row["lsn"].str(), row["time"].str()};
}

void adopt_snapshot(Connection& worker, const Snapshot& snapshot) {
  worker.exec("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  worker.exec("SET TRANSACTION SNAPSHOT " + quote_literal(snapshot.id));
}

}  // namespace pgcoffer::pg
