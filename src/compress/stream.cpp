#include "compress/stream.hpp"

#include <fmt/format.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <limits>
#include <string>

#include "pgcoffer/error.hpp"

namespace pgcoffer::compress {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10U;

[[noreturn]] void refuse(std::string_view format, std::string_view why) {
  throw Error(Kind::damaged, fmt::format("{} data is damaged: {}", format, why));
}

[[noreturn]] void refuse_cut_off(std::string_view format) {
  refuse(format, "it is cut off");
}

class Copy final : public StreamDecompressor {
 public:
  void push(std::string_view in, const Take& take) override {
    if (!in.empty()) take(in);
  }
  void finish() const override {}
};

/// gzip members or one zlib stream.
class Inflate final : public StreamDecompressor {
 public:
  explicit Inflate(bool gzip) : gzip_(gzip), room_(kPiece, '\0') {
    constexpr int window = 15, gzip_header = 16;
    if (inflateInit2(&stream_, gzip ? window + gzip_header : window) != Z_OK)
      throw Error(Kind::failed, "cannot prepare decompression: out of memory");
  }
  ~Inflate() override { inflateEnd(&stream_); }
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;

  void push(std::string_view in, const Take& take) override {
    while (!in.empty()) {
      const std::string_view some = in.substr(0, std::numeric_limits<uInt>::max());
      step(some, take);
      in.remove_prefix(some.size());
    }
  }
  void finish() const override {
    if (!ended_) refuse_cut_off(name());
  }

 private:
  [[nodiscard]] std::string_view name() const { return gzip_ ? "gzip" : "zlib"; }

  void step(std::string_view in, const Take& take) {
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));  // zlib does not write to it
    stream_.avail_in = static_cast<uInt>(in.size());
    bool full = false;
    while (stream_.avail_in > 0 || full) {
      if (ended_) next_member();
      stream_.next_out = reinterpret_cast<Bytef*>(room_.data());
      stream_.avail_out = static_cast<uInt>(room_.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result == Z_MEM_ERROR) throw Error(Kind::failed, "not enough memory to decompress");
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        refuse(name(), stream_.msg != nullptr ? stream_.msg : "not valid");
      if (stream_.avail_out < room_.size()) take({room_.data(), room_.size() - stream_.avail_out});
      ended_ = result == Z_STREAM_END;
      full = stream_.avail_out == 0 && !ended_;
    }
  }

  void next_member() {
    if (!gzip_) refuse(name(), "there is something after its end");
    inflateReset(&stream_);
    ended_ = false;
  }

  bool gzip_;
  bool ended_ = false;
  z_stream stream_{};
  std::string room_;
};

class Zstd final : public StreamDecompressor {
 public:
  Zstd() : context_(ZSTD_createDCtx()), room_(kPiece, '\0') {
    if (context_ == nullptr) throw Error(Kind::failed, "cannot prepare decompression: out of memory");
  }

  void push(std::string_view bytes, const Take& take) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    bool full = false;
    while (in.pos < in.size || full) {
      ZSTD_outBuffer out{room_.data(), room_.size(), 0};
      left_ = ZSTD_decompressStream(context_.get(), &out, &in);
      if (ZSTD_isError(left_)) refuse("zstd", ZSTD_getErrorName(left_));
      if (out.pos > 0) take({room_.data(), out.pos});
      full = out.pos == out.size && left_ != 0;
    }
  }
  void finish() const override {
    if (left_ != 0) refuse_cut_off("zstd");
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  std::size_t left_ = 1;  ///< what libzstd wants next; 0 at the end of a frame
  std::string room_;
};

class Lz4 final : public StreamDecompressor {
 public:
  Lz4() : room_(kPiece, '\0') {
    LZ4F_dctx* context = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0)
      throw Error(Kind::failed, "cannot prepare decompression: out of memory");
    context_.reset(context);
  }

  void push(std::string_view in, const Take& take) override {
    bool full = false;
    while (!in.empty() || full) {
      std::size_t written = room_.size();
      std::size_t read = in.size();
      left_ = LZ4F_decompress(context_.get(), room_.data(), &written, in.data(), &read, nullptr);
      if (LZ4F_isError(left_) != 0) refuse("lz4", LZ4F_getErrorName(left_));
      if (written > 0) take({room_.data(), written});
      in.remove_prefix(read);
      full = written == room_.size() && left_ != 0;
    }
  }
  void finish() const override {
    if (left_ != 0) refuse_cut_off("lz4");
  }

 private:
  struct Free {
    void operator()(LZ4F_dctx* context) const noexcept { LZ4F_freeDecompressionContext(context); }
  };
  std::unique_ptr<LZ4F_dctx, Free> context_;
  std::size_t left_ = 1;  ///< what liblz4 wants next; 0 at the end of a frame
  std::string room_;
};

}  // namespace

std::unique_ptr<StreamDecompressor> make_stream_decompressor(StreamFormat format) {
  switch (format) {
    case StreamFormat::gzip:
    case StreamFormat::zlib:
      return std::make_unique<Inflate>(format == StreamFormat::gzip);
    case StreamFormat::zstd:
      return std::make_unique<Zstd>();
    case StreamFormat::lz4:
      return std::make_unique<Lz4>();
    case StreamFormat::none:
      break;
  }
  return std::make_unique<Copy>();
}

StreamFormat detect_stream(std::string_view first_bytes) noexcept {
  if (first_bytes.starts_with("\x1F\x8B")) return StreamFormat::gzip;
  if (first_bytes.starts_with("\x28\xB5\x2F\xFD")) return StreamFormat::zstd;
  if (first_bytes.starts_with("\x04\x22\x4D\x18")) return StreamFormat::lz4;
  return StreamFormat::none;
}

}  // namespace pgcoffer::compress
