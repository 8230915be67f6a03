#include "merge/suppressed.hpp"

#include <fmt/format.h>

#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

constexpr int kRowBefore = 1 | 2;  // TRIGGER_TYPE_ROW, TRIGGER_TYPE_BEFORE

void refuse(const TargetTable& table, std::uint64_t done, std::uint64_t all, const char* what) {
  if (done >= all) return;
  throw Error(Kind::failed, fmt::format("table {} {} {} of {} rows", quoted_name(table.name), what, done, all))
      .hint(
          "A trigger of the table leaves rows out. --disable-triggers takes them all, unless the trigger is ENABLE "
          "ALWAYS.")
      .object(display_name(table.name));
}

}  // namespace

void find_before_triggers(pg::Connection& connection, const std::vector<TargetTable*>& tables) {
  for (TargetTable* table : tables) {
    // A partition's that comes from its table is marked as internal on some servers.
    const pg::Result events = connection.query(
        fmt::format("SELECT COALESCE(pg_catalog.bit_or(tgtype), 0) FROM pg_catalog.pg_trigger WHERE tgrelid = {} AND "
                    "tgtype & {} = {} AND tgenabled <> 'D'",
                    table->oid, kRowBefore, kRowBefore));
    table->before_triggers = static_cast<int>(events.at(0, 0).as_int());
  }
}

void refuse_suppressed(const std::vector<const TargetTable*>& tables, const std::vector<Changes>& changes) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Changes& done = changes[i];
    refuse(*tables[i], done.inserted, done.all_inserted, "took");
    refuse(*tables[i], done.updated, done.all_updated, "let itself be changed in");
    refuse(*tables[i], done.deleted, done.all_deleted, "let go of");
  }
}

}  // namespace pgcoffer::merging
