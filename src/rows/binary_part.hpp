#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rows/format.hpp"
#include "rows/row_digest.hpp"

/// Parts of binary rows: each a complete file of COPY in its binary format (PostgreSQL documentation, COPY, "Binary
/// Format").
namespace pgcoffer::rows {

/// The row in one of the messages that COPY TO STDOUT sends: the file's header comes with the first row, its trailer in
/// a message without a row, for which this is empty.
[[nodiscard]] std::string_view binary_row(std::string_view message);

/// The part's rows, told from one another by their lengths alone. Throws Error(damaged).
[[nodiscard]] std::uint64_t count_binary_rows(std::string_view part, std::size_t columns);

/// Adds the rows' lines of COPY text to a digest, one by one: no block of text is made. Returns their number.
std::uint64_t add_binary_rows(std::string_view part, const std::vector<Column>& columns, RowDigest& digest);

}  // namespace pgcoffer::rows
