#include "compress/deflate.hpp"

#include <fmt/format.h>
#include <libdeflate.h>

#include "compress/output.hpp"
#include "compress/scratch.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::compress {
namespace {

struct Free {
  void operator()(libdeflate_compressor* context) const noexcept { libdeflate_free_compressor(context); }
  void operator()(libdeflate_decompressor* context) const noexcept { libdeflate_free_decompressor(context); }
};

class DeflateCompressor final : public Compressor {
 public:
  explicit DeflateCompressor(const Setting& setting)
      : gzip_(setting.method == Method::gzip), context_(libdeflate_alloc_compressor(setting.level)) {
    if (context_ == nullptr) {
      throw Error(Kind::failed, fmt::format("cannot prepare compression {}", to_string(setting)));
    }
  }

  void compress(std::string_view in, std::string& out) override {
    const std::size_t bound = gzip_ ? libdeflate_gzip_compress_bound(context_.get(), in.size())
                                    : libdeflate_deflate_compress_bound(context_.get(), in.size());
    char* room = scratch_.room(bound);
    const std::size_t size = gzip_ ? libdeflate_gzip_compress(context_.get(), in.data(), in.size(), room, bound)
                                   : libdeflate_deflate_compress(context_.get(), in.data(), in.size(), room, bound);
    // Cannot happen: the bound is libdeflate's promise that it fits.
    if (size == 0) throw Error(Kind::failed, "deflate compression exceeded its own bound");
    out.assign(room, size);
  }

 private:
  bool gzip_;
  std::unique_ptr<libdeflate_compressor, Free> context_;
  Scratch scratch_;
};

std::string_view reason(libdeflate_result result) {
  switch (result) {
    case LIBDEFLATE_SHORT_OUTPUT:
      return "it holds less than its recorded size";
    case LIBDEFLATE_INSUFFICIENT_SPACE:
      return "it holds more than its recorded size";
    default:
      return "not valid, cut off, or its checksum differs";
  }
}

class DeflateDecompressor final : public Decompressor {
 public:
  explicit DeflateDecompressor(Method method) : method_(method), context_(libdeflate_alloc_decompressor()) {
    if (context_ == nullptr) throw Error(Kind::failed, "cannot prepare decompression: out of memory");
  }

  void decompress(std::string_view in, std::size_t expected_size, std::string& out) override {
    // Deflate makes at most 1032 bytes of one (RFC 1951: 258 bytes from two bits), so a size beyond that is a lie that
    // need not be given memory.
    if (expected_size / 1032 > in.size()) refuse("its recorded size is impossible");
    make_room(out, expected_size);
    // No pointer for the real size: then libdeflate demands exactly the expected one.
    std::size_t used = 0;
    const libdeflate_result result = method_ == Method::gzip
                                         ? libdeflate_gzip_decompress_ex(context_.get(), in.data(), in.size(),
                                                                         out.data(), expected_size, &used, nullptr)
                                         : libdeflate_deflate_decompress_ex(context_.get(), in.data(), in.size(),
                                                                            out.data(), expected_size, &used, nullptr);
    if (result != LIBDEFLATE_SUCCESS) refuse(reason(result));
    if (used != in.size()) refuse("there is something after its end");
  }

 private:
  [[noreturn]] void refuse(std::string_view why) const {
    throw Error(Kind::damaged, fmt::format("{} data is damaged: {}", to_string(method_), why));
  }

  Method method_;
  std::unique_ptr<libdeflate_decompressor, Free> context_;
};

}  // namespace

std::unique_ptr<Compressor> make_deflate_compressor(const Setting& setting) {
  return std::make_unique<DeflateCompressor>(setting);
}

std::unique_ptr<Decompressor> make_deflate_decompressor(Method method) {
  return std::make_unique<DeflateDecompressor>(method);
}

}  // namespace pgcoffer::compress
