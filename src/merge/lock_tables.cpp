#include "merge/lock_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

constexpr std::string_view kLockNotAvailable = "55P03";
/// Of getting all tables at once; then they are waited for one after the other.
constexpr int kMostAttempts = 50;

void lock(pg::Connection& connection, const TargetTable& table, std::string_view nowait) {
  connection.exec(fmt::format("LOCK TABLE ONLY {} IN SHARE ROW EXCLUSIVE MODE{}", table.sql(), nowait));
}

bool lock_now(pg::Connection& connection, const TargetTable& table) {
  try {
    lock(connection, table, " NOWAIT");
    return true;
  } catch (const Error& error) {
    if (error.sqlstate() != kLockNotAvailable) throw;
    return false;
  }
}

}  // namespace

void lock_against_writers(pg::Connection& connection, const std::vector<const TargetTable*>& tables) {
  if (tables.empty()) return;
  std::vector<const TargetTable*> order = tables;
  connection.exec("SAVEPOINT pgcoffer_lock");
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    lock(connection, *order.front(), "");
    const auto taken = std::find_if(order.begin() + 1, order.end(),
                                    [&](const TargetTable* table) { return !lock_now(connection, *table); });
    if (taken == order.end()) {
      connection.exec("RELEASE SAVEPOINT pgcoffer_lock");
      return;
    }
    // Whoever has it may want those that are locked here. It is waited for with empty hands, and then comes first.
    connection.exec("ROLLBACK TO SAVEPOINT pgcoffer_lock");
    std::rotate(order.begin(), taken, taken + 1);
  }
  connection.exec("RELEASE SAVEPOINT pgcoffer_lock");
  for (const TargetTable* table : order) lock(connection, *table, "");
}

}  // namespace pgcoffer::merging
