#include "compress/deflate.hpp"

#include <fmt/format.h>
#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <map>

#include "compress/output.hpp"
#include "compress/sample.hpp"
#include "compress/scratch.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::compress {
namespace {

struct Free {
  void operator()(libdeflate_compressor* context) const noexcept { libdeflate_free_compressor(context); }
  void operator()(libdeflate_decompressor* context) const noexcept { libdeflate_free_decompressor(context); }
};

/// zlib's result for a sample, by which the word "level" is known; beyond level 9 it has none.
std::size_t zlib_size(int level, std::string_view sample, char* room, std::size_t bound) {
  z_stream stream{};
  constexpr int raw = -15, memory = 8;
  if (deflateInit2(&stream, level, Z_DEFLATED, raw, memory, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(sample.data()));
  stream.avail_in = static_cast<uInt>(sample.size());
  stream.next_out = reinterpret_cast<Bytef*>(room);
  stream.avail_out = static_cast<uInt>(bound);
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  const std::size_t size = stream.total_out;
  deflateEnd(&stream);
  return whole ? size : 0;
}

/// Levels say what zlib makes of them. libdeflate needs less for the same size: where a sample shows that one of its
/// faster levels makes as little of the rows as zlib does at the level that was asked for, within two in a hundred,
/// that one is taken.
class DeflateCompressor final : public Compressor {
 public:
  explicit DeflateCompressor(const Setting& setting) : setting_(setting) { (void)context(setting.level); }

  [[nodiscard]] std::string_view compress(std::string_view in) override {
    const std::size_t bound = std::max(libdeflate_gzip_compress_bound(context(setting_.level), in.size()),
                                       libdeflate_deflate_compress_bound(context(setting_.level), in.size()));
    char* room = scratch_.room(bound);
    const std::size_t size = compress(level_for(sample_of(in), room, bound), setting_.method, in, room, bound);
    // Cannot happen: the bound is libdeflate's promise that it fits.
    if (size == 0) throw Error(Kind::failed, "deflate compression exceeded its own bound");
    return {room, size};
  }

 private:
  static constexpr std::array kFasterLevels = {1, 2, 5};
  static constexpr int kZlibsHighest = 9;

  [[nodiscard]] int level_for(std::string_view sample, char* room, std::size_t bound) {
    if (sample.empty() || setting_.level > kZlibsHighest) return setting_.level;
    const std::size_t zlib = zlib_size(setting_.level, sample, room, bound);
    const std::size_t wanted = zlib + zlib / 50;
    for (const int level : kFasterLevels) {
      if (level < setting_.level && compress(level, Method::deflate, sample, room, bound) <= wanted) return level;
    }
    return setting_.level;
  }

  std::size_t compress(int level, Method method, std::string_view in, char* room, std::size_t bound) {
    return method == Method::gzip ? libdeflate_gzip_compress(context(level), in.data(), in.size(), room, bound)
                                  : libdeflate_deflate_compress(context(level), in.data(), in.size(), room, bound);
  }

  libdeflate_compressor* context(int level) {
    auto& context = contexts_[level];
    if (context == nullptr) context.reset(libdeflate_alloc_compressor(level));
    if (context == nullptr)
      throw Error(Kind::failed, fmt::format("cannot prepare compression {}", to_string(setting_)));
    return context.get();
  }

  Setting setting_;
  std::map<int, std::unique_ptr<libdeflate_compressor, Free>> contexts_;  ///< by level
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
