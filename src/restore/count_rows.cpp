#include "restore/count_rows.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr const char* kReadable = R"sql(
  SELECT wanted.name
  FROM (VALUES {}) AS wanted(name) JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(wanted.name)
  WHERE c.relkind <> 'f' AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AND NOT pg_catalog.row_security_active(c.oid))sql";

}  // namespace

std::map<std::string, std::uint64_t> count_rows(pg::Connection& connection, const std::vector<std::string>& tables) {
  std::vector<std::string> wanted;
  for (const std::string& table : tables) wanted.push_back(fmt::format("({})", quote_literal(table)));
  std::map<std::string, std::uint64_t> counts;
  for (const pg::Row row : connection.query(fmt::format(kReadable, join(wanted, ", ")))) {
    const pg::Result count = connection.query(fmt::format("SELECT pg_catalog.count(*) FROM ONLY {}", row[0].view()));
    counts[row[0].str()] = static_cast<std::uint64_t>(count[0][0].as_int());
  }
  return counts;
}

}  // namespace pgcoffer::restoring
