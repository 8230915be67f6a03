#include "dump/standby.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {

void check_unlogged(pg::Connection& connection, const catalog::Catalog& catalog, const plan::Plan& plan) {
  std::vector<std::string> names;
  for (const plan::TablePlan& planned : plan.tables) {
    const catalog::Table& table = catalog.tables[planned.table];
    if (table.unlogged) names.push_back(quote_always(table.name));
  }
  if (names.empty() || !connection.query("SELECT pg_catalog.pg_is_in_recovery() AS standby")[0]["standby"].as_bool())
    return;
  throw Error(Kind::failed,
              fmt::format("the server is a standby, which has no rows of unlogged tables: {}", join_first(names)))
      .hint("Dump on the primary, or leave these rows out with --no-unlogged-table-data.");
}

}  // namespace pgcoffer::dumping
