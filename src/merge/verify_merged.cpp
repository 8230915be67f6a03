#include "merge/verify_merged.hpp"

#include <fmt/format.h>

#include "pgcoffer/error.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer::merging {

std::vector<std::string> verify_merged(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                       const archive::Manifest& manifest) {
  std::vector<std::string> warnings;
  // The settings of the session that dumped, so that values are written in the same way.
  connection.exec("SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = hex");
  if (!manifest.time_zone.empty()) connection.exec("SET LOCAL TimeZone = " + quote_literal(manifest.time_zone));
  for (const TargetTable* table : tables) {
    const std::string name = display_name(table->name);
    if (table->archived->row_digest.empty() || !table->extra.empty()) {
      warnings.push_back(
          fmt::format("table {} is not verified: the archive has no digest of the rows as they are here", name));
      continue;
    }
    rows::RowDigest digest;
    std::vector<std::string> columns;
    for (const std::string& column : table->writable) columns.push_back(quote_always(column));
    connection.copy_out(fmt::format("COPY (SELECT {} FROM ONLY {}) TO STDOUT", join(columns, ", "), table->sql()),
                        [&](std::string_view line) { digest.add_lines(line); });
    if (digest.rows() == table->archived->rows && digest.hex() == table->archived->row_digest) continue;
    throw Error(Kind::failed, fmt::format("table \"{}\": its rows are not those of the archive", name))
        .hint("Does a trigger change them? --disable-triggers lets none fire.")
        .object(name);
  }
  return warnings;
}

}  // namespace pgcoffer::merging
