#include "restore/drop.hpp"

#include <fmt/format.h>

#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {
namespace {

void drop(pg::Connection& connection, const archive::Drop& each) {
  constexpr const char* other_objects_need_it = "2BP01";
  const archive::TocEntry& entry = *each.entry;
  const std::string name = entry.schema.empty() ? entry.name : entry.schema + "." + entry.name;
  try {
    connection.exec(each.sql);
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    throw Error(error.kind(), fmt::format("cannot drop {} {}: {}", entry.kind, name, error.message()))
        .hint(error.sqlstate() == other_objects_need_it ? "Drop by hand what the restore does not make anew."
                                                        : error.hint())
        .sqlstate(error.sqlstate())
        .object(name);
  }
}

/// One with a slot on its publisher cannot be dropped in a transaction.
bool alone(const archive::Drop& each) {
  return each.entry->kind == "SUBSCRIPTION";
}

}  // namespace

void Dropper::run(pg::Connection& connection) {
  for (const archive::Drop& each : drops_) drop(connection, each);
  dropped_ = drops_.size();
}

void Dropper::run_in_steps(pg::Connection& connection, std::size_t objects_per_transaction) {
  for (auto next = drops_.begin(); next != drops_.end();) {
    if (alone(*next)) {
      drop(connection, *next++);
      ++dropped_;
      continue;
    }
    connection.exec("BEGIN");
    std::size_t count = 0;
    for (; next != drops_.end() && !alone(*next) && count < objects_per_transaction; ++count) drop(connection, *next++);
    connection.exec("COMMIT");
    dropped_ += count;
  }
}

}  // namespace pgcoffer::restoring
