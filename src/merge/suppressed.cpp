#include "merge/suppressed.hpp"

#include <fmt/format.h>

#include "merge/losses.hpp"
#include "merge/statement.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

/// TRIGGER_TYPE_ROW, TRIGGER_TYPE_BEFORE, TRIGGER_TYPE_INSERT (catalog/pg_trigger.h). Whether one fires in this session
/// is not asked: it only costs a count. A partition's that comes from its table is marked as internal on some servers.
constexpr int kRowBeforeInsert = 1 | 2 | 4;

bool may_leave_rows_out(pg::Connection& connection, const TargetTable& table) {
  return connection
      .query(fmt::format("SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = {}::pg_catalog.regclass AND "
                         "tgtype & {} = {} AND tgenabled <> 'D')",
                         quote_literal(table.sql()), kRowBeforeInsert, kRowBeforeInsert))
      .at(0, 0)
      .as_bool();
}

std::uint64_t without_counterpart(pg::Connection& connection, const TargetTable& table) {
  const std::string lost = table.key.empty()
                               ? lost_whole_rows(table)
                               : fmt::format("{} AS s WHERE NOT EXISTS (SELECT FROM ONLY {} AS t WHERE {})",
                                             table.staging, table.sql(), same_key(table));
  return static_cast<std::uint64_t>(connection.query("SELECT pg_catalog.count(*) FROM " + lost).at(0, 0).as_int());
}

}  // namespace

std::vector<std::uint64_t> least_inserts(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                         MergeMode mode) {
  std::vector<std::uint64_t> least;
  for (const TargetTable* each : tables) {
    const TargetTable& table = *each;
    if (!may_leave_rows_out(connection, table)) {
      least.push_back(0);
    } else {
      least.push_back(inserts_all_rows(table, mode) ? count_rows(connection, table.staging)
                                                    : without_counterpart(connection, table));
    }
  }
  return least;
}

void refuse_suppressed(const std::vector<const TargetTable*>& tables, const std::vector<std::uint64_t>& least,
                       const std::vector<Changes>& changes) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (changes[i].inserted >= least[i]) continue;
    const std::string name = display_name(tables[i]->name);
    throw Error(Kind::failed, fmt::format("table \"{}\" took {} of {} rows", name, changes[i].inserted, least[i]))
        .hint(
            "A trigger of the table leaves rows out. --disable-triggers restores them all, unless the trigger is "
            "ENABLE ALWAYS.")
        .object(name);
  }
}

}  // namespace pgcoffer::merging
