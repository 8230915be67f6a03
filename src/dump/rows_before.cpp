#include "dump/rows_before.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "dump/table_error.hpp"

namespace pgcoffer::dumping {
namespace {

/// 64 MiB: counted in some hundredths of a second.
constexpr std::uint64_t kMostPagesCounted = 8192;

std::optional<plan::RowsBefore> rows_before(pg::Connection& connection, const catalog::Table& table) {
  const bool stored = table.heap && (table.relkind == 'r' || table.relkind == 'm');
  if (stored && table.heap_pages <= kMostPagesCounted) {
    const pg::Result result =
        connection.query(fmt::format("SELECT pg_catalog.count(*) AS n FROM ONLY {}", quote_always(table.name)));
    return plan::RowsBefore{static_cast<std::uint64_t>(result[0]["n"].as_int()), false};
  }
  // Before version 14 the server says 0 where it does not know.
  if (table.estimated_rows <= 0) return std::nullopt;
  return plan::RowsBefore{static_cast<std::uint64_t>(table.estimated_rows), true};
}

}  // namespace

void look_up_rows_before(pg::Connection& connection, const catalog::Catalog& catalog, const policy::Verdicts& verdicts,
                         plan::Plan& plan) {
  for (plan::TablePlan& one : plan.tables) {
    if (!one.subset && !verdicts.tables[one.table].filtered()) continue;
    const catalog::Table& table = catalog.tables[one.table];
    with_table(
        display_name(table.name), [&] { one.before = rows_before(connection, table); }, one.rules);
  }
}

}  // namespace pgcoffer::dumping
