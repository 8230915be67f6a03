#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rows/row_digest.hpp"

/// Parts of binary rows: each a complete file of COPY in its binary format (PostgreSQL documentation, COPY, "Binary
/// Format").
namespace pgcoffer::rows {

/// What stands before and behind the rows of a file.
[[nodiscard]] std::string_view binary_header() noexcept;
[[nodiscard]] std::string_view binary_trailer() noexcept;

/// The row in one of the messages that COPY TO STDOUT sends: the file's header comes with the first row, its trailer in
/// a message without a row, for which this is empty.
[[nodiscard]] std::string_view binary_row(std::string_view message);

/// The part's rows, told from one another by their lengths alone. Throws Error(damaged) naming the row: lengths that do
/// not fit, a row that has not `columns` values, a trailer that is missing or not the end.
[[nodiscard]] std::uint64_t count_binary_rows(std::string_view part, std::size_t columns);

/// Adds the rows to a digest as they are, without making text of them. Returns their number. Throws as
/// count_binary_rows().
std::uint64_t add_binary_rows(std::string_view part, std::size_t columns, RowDigest& digest);

}  // namespace pgcoffer::rows
