#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace pgcoffer::compress {

enum class Method {
  none,
  gzip,     ///< one gzip member (RFC 1952)
  zstd,     ///< one frame with content size and checksum (RFC 8878)
  deflate,  ///< raw deflate (RFC 1951), as a zip entry holds it
};

struct Setting {
  Method method = Method::zstd;
  int level = 3;
  auto operator<=>(const Setting&) const = default;
};

/// "gzip", "gzip:0-12", "zstd:1-19", "none". Default levels: gzip 6, zstd 3. Throws Error(usage).
[[nodiscard]] Setting parse_setting(std::string_view text);
[[nodiscard]] std::string to_string(const Setting& setting);
[[nodiscard]] std::string_view to_string(Method method) noexcept;
[[nodiscard]] Method parse_method(std::string_view text);  ///< throws Error(damaged)
/// ".gz", ".zst" or "" for file names.
[[nodiscard]] std::string_view suffix(Method method) noexcept;

/// Compresses whole parts; keeps its context and so belongs to one thread. A level says how many bytes may come out:
/// where a sample of a large part shows that a faster way makes no more, that one is taken.
class Compressor {
 public:
  virtual ~Compressor() = default;
  /// The result is valid until the next call, and as long as `in`.
  [[nodiscard]] virtual std::string_view compress(std::string_view in) = 0;
};

class Decompressor {
 public:
  virtual ~Decompressor() = default;
  /// Replaces `out`'s content. The result must be exactly `expected_size` bytes (a bomb is stopped there).
  /// Throws Error(damaged) for anything else.
  virtual void decompress(std::string_view in, std::size_t expected_size, std::string& out) = 0;
};

[[nodiscard]] std::unique_ptr<Compressor> make_compressor(const Setting& setting);
[[nodiscard]] std::unique_ptr<Decompressor> make_decompressor(Method method);

/// CRC-32 as zip wants it, of the uncompressed bytes.
[[nodiscard]] std::uint32_t crc32(std::string_view data) noexcept;

}  // namespace pgcoffer::compress
