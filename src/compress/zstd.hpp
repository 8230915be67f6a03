#pragma once

#include <memory>

#include "compress/codec.hpp"

namespace pgcoffer::compress {

/// libzstd: one frame with content size and checksum (RFC 8878, section 3.1.1).
[[nodiscard]] std::unique_ptr<Compressor> make_zstd_compressor(int level);
[[nodiscard]] std::unique_ptr<Decompressor> make_zstd_decompressor();

}  // namespace pgcoffer::compress
