#pragma once

#include <memory>

#include "compress/codec.hpp"

namespace pgcoffer::compress {

/// libdeflate, for Method::gzip and Method::deflate; levels 0 to 12.
[[nodiscard]] std::unique_ptr<Compressor> make_deflate_compressor(const Setting& setting);
[[nodiscard]] std::unique_ptr<Decompressor> make_deflate_decompressor(Method method);

}  // namespace pgcoffer::compress
