#pragma once

#include <string>

#include "pg/connection.hpp"

namespace pgcoffer::pg {

/// One consistent view of the database, shared by several connections (pg_export_snapshot).
struct Snapshot {
  std::string id;
  std::string lsn;   ///< WAL position: everything committed before it is in the snapshot
  std::string time;  ///< RFC 3339, UTC, of its transaction's start
};

/// Opens a REPEATABLE READ, READ ONLY transaction on the leader and exports its snapshot, which lives until the
/// transaction ends.
[[nodiscard]] Snapshot export_snapshot(Connection& leader);

/// Opens a transaction on another connection to the same database that sees exactly the leader's snapshot.
void adopt_snapshot(Connection& worker, const Snapshot& snapshot);

}  // namespace pgcoffer::pg
