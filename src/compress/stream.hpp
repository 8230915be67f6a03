#pragma once

#include <functional>
#include <memory>
#include <string_view>

/// Decompression of what others wrote: of unknown size, in pieces, perhaps several members or frames one after another.
/// Our own parts need none of this (codec.hpp).
namespace pgcoffer::compress {

enum class StreamFormat {
  none,
  gzip,  ///< gzip members (RFC 1952)
  zlib,  ///< one zlib stream (RFC 1950)
  zstd,  ///< frames (RFC 8878)
  lz4,   ///< frames (LZ4 frame format)
};

/// For one stream and one thread.
class StreamDecompressor {
 public:
  using Take = std::function<void(std::string_view)>;

  virtual ~StreamDecompressor() = default;
  /// Hands over what can be decompressed up to here, in pieces. Throws Error(damaged).
  virtual void push(std::string_view in, const Take& take) = 0;
  /// Throws Error(damaged) when the stream is cut off.
  virtual void finish() const = 0;
};

[[nodiscard]] std::unique_ptr<StreamDecompressor> make_stream_decompressor(StreamFormat format);

/// Told by the first bytes; `none` where they are no known compressed stream's. (zlib streams cannot be told.)
[[nodiscard]] StreamFormat detect_stream(std::string_view first_bytes) noexcept;

}  // namespace pgcoffer::compress
