#pragma once

#include <string>
#include <string_view>

#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// Adds what a filter file says, one `include|exclude KIND PATTERN` a line, to the patterns of the options; as pg_dump
/// 17 reads it: `#` begins a comment, names in double quotes may go over lines and have \n and \\ for a line end and a
/// backslash. `file` is for messages. Throws Error(usage) with the line's number.
void add_filter(std::string_view text, const std::string& file, DumpOptions& options);

}  // namespace pgcoffer::dumping
