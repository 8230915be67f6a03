#pragma once

#include <string_view>
#include <vector>

#include "pgcoffer/error.hpp"
#include "rows/format.hpp"

namespace pgcoffer::rows {

/// The server counts the lines of each COPY, which loads rows of a part that have the same columns. The error with the
/// line's number in the part instead. `columns` are those of SparseRows; empty: rows with all columns.
[[nodiscard]] Error with_line_of_part(const Error& error, const PartDecoder& decoder, std::string_view part,
                                      const std::vector<std::size_t>& columns);

}  // namespace pgcoffer::rows
