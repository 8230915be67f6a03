#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgcoffer::rows {

/// XXH3-128.
struct RowHash {
  std::uint64_t high = 0, low = 0;
  bool operator==(const RowHash&) const = default;
};
[[nodiscard]] RowHash hash_of(std::string_view text) noexcept;
/// 32 lower-case hex digits, the most significant first, as `xxh128sum` prints them.
[[nodiscard]] std::string to_hex(const RowHash& hash);

/// A digest of a table's rows that does not depend on their order or on how they are cut into parts: the sum modulo
/// 2^128 of XXH3-128 over each row. Of its line of COPY text without the newline, whatever the format of the parts is,
/// or of its bytes in COPY's binary format: those are two digests that have nothing to do with one another. It finds
/// accidents and differences, not intent.
class RowDigest {
 public:
  /// Whole lines of COPY text, each with its newline.
  void add_lines(std::string_view lines) noexcept;
  /// One line without its newline, or one binary row.
  void add_row(std::string_view row) noexcept;
  void add(const RowDigest& other) noexcept;
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// 32 lower-case hex digits, the most significant first.
  [[nodiscard]] std::string hex() const;
  bool operator==(const RowDigest&) const = default;

 private:
  void add(const RowHash& hash) noexcept;

  RowHash sum_;
  std::uint64_t rows_ = 0;
};

}  // namespace pgcoffer::rows
