#include "merge/row_check.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace pgcoffer::merging {

void write_as_archived(pg::Connection& connection, const archive::Manifest& manifest) {
  connection.exec("SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = hex");
  if (!manifest.time_zone.empty()) connection.exec("SET LOCAL TimeZone = " + quote_literal(manifest.time_zone));
}

rows::RowDigest digest_of(pg::Connection& connection, const std::string& table,
                          const std::vector<std::string>& columns) {
  rows::RowDigest digest;
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(quote_always(column));
  connection.copy_out(fmt::format("COPY (SELECT {} FROM {}) TO STDOUT", join(names, ", "), table),
                      [&](std::string_view line) { digest.add_lines(line); });
  return digest;
}

}  // namespace pgcoffer::merging
