#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "base/remains.hpp"
#include "catalog/ahead.hpp"
#include "catalog/known_catalogs.hpp"
#include "catalog/model.hpp"
#include "catalog/selection.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::catalog {

/// The SQLSTATE of the error that read_catalog() throws where a table was written anew (by TRUNCATE, say) between the
/// snapshot and its lock: serialization_failure. A later snapshot sees its rows.
inline constexpr const char* kWrittenAnew = "40001";

/// Reads the catalog of the connection's database, inside the transaction that is open on it.
///
/// Takes ACCESS SHARE locks on the tables to be dumped before anything about them is read; many names per LOCK
/// statement. A few queries per object kind, never one per object. The result is deterministic: same database, same
/// bytes. Objects that cannot be dumped are in `unsupported`, never left out in silence; deciding on them is the
/// caller's. A pattern of -t, -n, -T, -N or --exclude-table-data that matches nothing throws Error(usage) naming it.
/// Throws Error(permission) naming the table when one cannot be locked or read by this role. What the server has and
/// `known` does not makes the objects that use it unsupported; what no object uses is in `warnings`. With `second` some
/// of the queries run on a second connection in the same snapshot (catalog/ahead.hpp). What was only needed to read it
/// goes into `remains`.
[[nodiscard]] Catalog read_catalog(pg::Connection& leader, const Selection& selection,
                                   std::chrono::milliseconds lock_wait = std::chrono::milliseconds(0),
                                   Ahead::Connect second = {}, const KnownCatalogs& known = known_catalogs(),
                                   Remains* remains = nullptr);

/// Why the role cannot read all large objects, in the server's words; empty where it can. The transaction may have
/// failed then.
[[nodiscard]] std::string unreadable_large_objects(pg::Connection& connection, const std::vector<LargeObject>& objects);

/// An object that could not be made without these tables, such as a view over one of them.
struct LeftWithout {
  std::string object, needed;  ///< "VIEW public.v", "TABLE public.t"
  Oid table = 0;               ///< to which `needed` belongs
};
[[nodiscard]] std::optional<LeftWithout> left_without(const Catalog& catalog, const std::set<Oid>& tables);

/// Takes these tables out altogether: their own entries (indexes, triggers, comments, data, owned sequences …) and the
/// foreign keys that reference them. Nothing else may need them (left_without).
void remove_tables(Catalog& catalog, const std::set<Oid>& tables);

}  // namespace pgcoffer::catalog
