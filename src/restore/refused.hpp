#pragma once

#include <set>
#include <vector>

#include "pg/connection.hpp"
#include "pgcoffer/restore.hpp"
#include "restore/plan.hpp"
#include "restore/schema.hpp"
#include "restore/selection.hpp"

namespace pgcoffer::restoring {

struct Refused {
  std::vector<RefusedObject> objects;  ///< in the order of restore
  std::set<int> ids;                   ///< of their entries
};

/// Tries all definitions of the plan, without rows, in a transaction that is rolled back. What needs an object that the
/// server refuses counts as refused, too. Throws Error for what says nothing of a definition: a lost connection, a lock
/// that is not to be had, a server without room for so many locks.
[[nodiscard]] Refused find_refused(pg::Connection& connection, const SchemaMaker& maker, const Plan& plan);

/// Takes them out of the selection, and with tables their rows, which are added to `refused`.
void leave_out(Refused& refused, Selected& selected);

}  // namespace pgcoffer::restoring
