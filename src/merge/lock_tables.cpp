#include "merge/lock_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

constexpr std::string_view kLockNotAvailable = "55P03";
/// Of getting all tables at once; then they are waited for one after the other.
constexpr int kMostAttempts = 50;

std::string statement(const std::string& table, std::string_view mode) {
  return fmt::format("LOCK TABLE {} IN {} MODE", table, mode);
}

void lock(pg::Connection& connection, const std::string& table, std::string_view mode) {
  try {
    connection.exec(statement(table, mode));
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted || error.kind() == Kind::connection) throw;
    constexpr std::string_view only = "ONLY ";
    const std::string_view name = std::string_view(table).substr(table.starts_with(only) ? only.size() : 0);
    throw Error(error.kind(), fmt::format("cannot lock table {}: {}", name, error.message()))
        .hint(error.hint())
        .sqlstate(error.sqlstate());
  }
}

bool lock_now(pg::Connection& connection, const std::string& table, std::string_view mode) {
  try {
    connection.exec(statement(table, mode) + " NOWAIT");
    return true;
  } catch (const Error& error) {
    if (error.sqlstate() != kLockNotAvailable) throw;
    return false;
  }
}

}  // namespace

void lock_tables(pg::Connection& connection, std::vector<std::string> tables, std::string_view mode) {
  if (tables.empty()) return;
  connection.exec("SAVEPOINT pgcoffer_lock");
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    lock(connection, tables.front(), mode);
    const auto taken = std::find_if(tables.begin() + 1, tables.end(),
                                    [&](const std::string& table) { return !lock_now(connection, table, mode); });
    if (taken == tables.end()) {
      connection.exec("RELEASE SAVEPOINT pgcoffer_lock");
      return;
    }
    // Whoever has it may want those that are locked here. It is waited for with empty hands, and then comes first.
    connection.exec("ROLLBACK TO SAVEPOINT pgcoffer_lock");
    std::rotate(tables.begin(), taken, taken + 1);
  }
  connection.exec("RELEASE SAVEPOINT pgcoffer_lock");
  for (const std::string& table : tables) lock(connection, table, mode);
}

}  // namespace pgcoffer::merging
