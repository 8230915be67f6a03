#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <pgcoffer/error.hpp>
#include <string>
#include <string_view>

namespace pgcoffer::rows {

/// Bytes that are not what a binary COPY file can hold.
[[nodiscard]] inline Error damaged_binary(const std::string& what) {
  return Error(Kind::damaged, "rows are damaged: " + what);
}

/// A number as it lies in memory where the machine has network byte order, and the other way round.
template <class Unsigned>
[[nodiscard]] inline Unsigned swapped(Unsigned value) noexcept {
  if constexpr (std::endian::native == std::endian::big || sizeof(Unsigned) == 1) return value;
  if constexpr (sizeof(Unsigned) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(Unsigned) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(Unsigned) == 8) return __builtin_bswap64(value);
}

/// Reads what the server writes into binary rows: numbers of network byte order. Never beyond the end.
class Wire {
 public:
  explicit Wire(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] bool empty() const noexcept { return at_ == end_; }

  template <class Integer>
  [[nodiscard]] Integer number() {
    if (left() < sizeof(Integer)) ends_too_early();
    std::make_unsigned_t<Integer> value = 0;
    std::memcpy(&value, at_, sizeof(Integer));
    at_ += sizeof(Integer);
    return std::bit_cast<Integer>(swapped(value));
  }
  [[nodiscard]] std::string_view bytes(std::size_t size) {
    if (left() < size) ends_too_early();
    const std::string_view some(at_, size);
    at_ += size;
    return some;
  }
  [[nodiscard]] std::string_view rest() { return bytes(left()); }
  /// A length and so many bytes; `null` where the length is -1.
  [[nodiscard]] std::string_view field(bool& null) {
    const auto size = number<std::int32_t>();
    null = size == -1;
    if (null) return {};
    if (size < 0) negative_length();
    return bytes(static_cast<std::size_t>(size));
  }
  /// Steps over a value and its length.
  void skip_field() {
    const auto size = number<std::int32_t>();
    if (size < -1) negative_length();
    const auto step = static_cast<std::size_t>(std::max(size, 0));
    if (left() < step) ends_too_early();
    at_ += step;
  }
  /// At a row: steps over its count of values. False at the end of the rows.
  [[nodiscard]] bool begin_row(std::size_t columns) {
    const int fields = number<std::int16_t>();
    if (fields >= 0 && static_cast<std::size_t>(fields) == columns) return true;
    if (fields == -1 && empty()) return false;
    refuse_row(fields, columns);
  }
  [[nodiscard]] const char* at() const noexcept { return at_; }
  void finish() const {
    if (!empty()) throw damaged_binary("a value has bytes to spare");
  }

 private:
  // Apart from the code that runs for every value.
  [[noreturn, gnu::cold, gnu::noinline]] static void ends_too_early() {
    throw damaged_binary("a value ends too early");
  }
  [[noreturn, gnu::cold, gnu::noinline]] static void negative_length() {
    throw damaged_binary("a value has a negative length");
  }
  [[noreturn, gnu::cold, gnu::noinline]] void refuse_row(int fields, std::size_t columns) const {
    if (fields == -1 && !empty()) throw damaged_binary("something stands behind the end of the rows");
    throw damaged_binary(std::to_string(fields) + " values where the table has " + std::to_string(columns) +
                         " columns");
  }

  const char* at_;
  const char* end_;
};

}  // namespace pgcoffer::rows
