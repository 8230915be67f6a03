#include "dump/seen_rows.hpp"

#include <fmt/format.h>

#include "pgcoffer/error.hpp"
#include "rows/binary_part.hpp"

namespace pgcoffer::dumping {
namespace {

std::optional<audit::Collector::Part> show(const audit::Collector* audit, const Segment& segment,
                                           std::string_view lines) {
  if (audit == nullptr) return std::nullopt;
  auto seen = audit->part(segment.table);
  audit->read(seen, lines);
  return seen;
}

}  // namespace

SeenRows see_text(const Segment& segment, std::string_view lines, const audit::Collector* audit) {
  SeenRows seen;
  seen.digest.add_lines(lines);
  seen.audited = show(audit, segment, lines);
  return seen;
}

SeenRows see_binary(const Segment& segment, std::string_view part, const std::vector<rows::Column>& columns,
                    const audit::Collector* audit, std::string& scratch) {
  SeenRows seen;
  const std::uint64_t rows = rows::add_binary_rows(part, columns.size(), seen.digest);
  if (rows != segment.rows)
    throw Error(Kind::failed, fmt::format("{} rows became {} in their binary form", segment.rows, rows));
  if (audit == nullptr) return seen;
  std::uint64_t read = 0;
  seen.audited =
      show(audit, segment, rows::make_decoder(rows::Format::binary, columns)->copy_lines(part, scratch, read));
  return seen;
}

}  // namespace pgcoffer::dumping
