#include "rows/written_by.hpp"

#include <fmt/format.h>

namespace pgcoffer::rows {

std::string written_by(const std::string& column, std::string_view type, int here, int there) {
  constexpr int long_lsn = 190000;
  if (type != "pg_lsn" || (here >= long_lsn) == (there >= long_lsn)) return column;
  if (here >= long_lsn) return fmt::format("pg_catalog.regexp_replace({}::pg_catalog.text, '/0*(.)', '/\\1')", column);
  return fmt::format(
      "pg_catalog.split_part({0}::pg_catalog.text, '/', 1) || '/' || "
      "pg_catalog.lpad(pg_catalog.split_part({0}::pg_catalog.text, '/', 2), 8, '0')",
      column);
}

}  // namespace pgcoffer::rows
