#include "compress/codec.hpp"

#include <libdeflate.h>

#include "compress/deflate.hpp"
#include "compress/zstd.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::compress {
namespace {

class CopyCompressor final : public Compressor {
 public:
  [[nodiscard]] std::string_view compress(std::string_view in) override { return in; }
};

class CopyDecompressor final : public Decompressor {
 public:
  void decompress(std::string_view in, std::size_t expected_size, std::string& out) override {
    if (in.size() != expected_size) throw Error(Kind::damaged, "stored data differs from its recorded size");
    out.assign(in);
  }
};

}  // namespace

std::unique_ptr<Compressor> make_compressor(const Setting& setting) {
  switch (setting.method) {
    case Method::gzip:
    case Method::deflate:
      return make_deflate_compressor(setting);
    case Method::zstd:
      return make_zstd_compressor(setting.level);
    case Method::none:
      break;
  }
  return std::make_unique<CopyCompressor>();
}

std::unique_ptr<Decompressor> make_decompressor(Method method) {
  switch (method) {
    case Method::gzip:
    case Method::deflate:
      return make_deflate_decompressor(method);
    case Method::zstd:
      return make_zstd_decompressor();
    case Method::none:
      break;
  }
  return std::make_unique<CopyDecompressor>();
}

std::uint32_t crc32(std::string_view data) noexcept {
  // A null pointer would make libdeflate return its initial value, which for CRC-32 is the right answer for no data.
  return libdeflate_crc32(0, data.data(), data.size());
}

}  // namespace pgcoffer::compress
