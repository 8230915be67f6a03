#pragma once

#include "compress/codec.hpp"
#include "convert/input.hpp"

namespace pgcoffer::converting {

/// Writes the archive as one script: schema, rows, large objects, what comes after the rows.
[[nodiscard]] ConvertReport write_plain(const ConvertOptions& options, const Input& input,
                                        const compress::Setting& compression, Progress& progress,
                                        const std::stop_token& stop);

}  // namespace pgcoffer::converting
