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

/// Opens a READ ONLY transaction on the leader and exports its snapshot, which lives until the transaction ends. It is
/// REPEATABLE READ, or SERIALIZABLE DEFERRABLE: that waits for a moment in which nothing can come out that serializable
/// transactions could not have seen.
[[nodiscard]] Snapshot export_snapshot(Connection& leader, bool serializable_deferrable = false);

/// Opens the leader's transaction in a snapshot that another session has exported and still holds.
[[nodiscard]] Snapshot import_snapshot(Connection& leader, const std::string& id);

/// Opens a transaction on another connection to the same database that sees exactly the leader's snapshot.
void adopt_snapshot(Connection& worker, const Snapshot& snapshot);

}  // namespace pgcoffer::pg
