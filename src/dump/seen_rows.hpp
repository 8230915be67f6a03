#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/collect.hpp"
#include "dump/block_filler.hpp"
#include "rows/format.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer::dumping {

/// What is learnt of the rows of a segment on their way into the archive.
struct SeenRows {
  rows::RowDigest digest;                         ///< of binary rows that of their bytes
  std::optional<audit::Collector::Part> audited;  ///< where there is an audit
};

/// `lines` are the segment's, as COPY text.
[[nodiscard]] SeenRows see_text(const Segment& segment, std::string_view lines, const audit::Collector* audit);

/// `part` is a whole part in binary. No text is made of it, except for an audit. Throws Error(damaged) for bytes that
/// are no rows of the table, which would otherwise show on the day of the restore. `scratch` is kept from part to part.
[[nodiscard]] SeenRows see_binary(const Segment& segment, std::string_view part,
                                  const std::vector<rows::Column>& columns, const audit::Collector* audit,
                                  std::string& scratch);

}  // namespace pgcoffer::dumping
