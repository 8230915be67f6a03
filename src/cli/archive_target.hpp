#pragma once

#include <string>

#include "pgcoffer/dump.hpp"

namespace pgcoffer::cli {

/// The container that --format names ("directory", "d", "zip" …), or else the path's ending. Throws Error(usage).
[[nodiscard]] Container container_of(const std::string& format, const std::string& path);

/// "gzip" for NAME.sql.gz and "zstd" for NAME.sql.zst; empty where the name asks for none.
[[nodiscard]] std::string compression_of(const std::string& path);

/// --part-size in bytes. Throws Error(usage) for less than 1 kB.
[[nodiscard]] std::uint64_t parse_part_size(const std::string& text);

}  // namespace pgcoffer::cli
