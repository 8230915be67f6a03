#pragma once

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

/// Reads what the server writes into binary rows: numbers of network byte order. Never beyond the end.
class Wire {
 public:
  explicit Wire(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] bool empty() const noexcept { return at_ == end_; }

  template <class Integer>
  [[nodiscard]] Integer number() {
    if (left() < sizeof(Integer)) throw damaged_binary("a value ends too early");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i) value = value << 8U | static_cast<unsigned char>(at_[i]);
    at_ += sizeof(Integer);
    return std::bit_cast<Integer>(static_cast<std::make_unsigned_t<Integer>>(value));
  }
  [[nodiscard]] std::string_view bytes(std::size_t size) {
    if (left() < size) throw damaged_binary("a value ends too early");
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
    if (size < 0) throw damaged_binary("a value has a negative length");
    return bytes(static_cast<std::size_t>(size));
  }
  void finish() const {
    if (!empty()) throw damaged_binary("a value has bytes to spare");
  }

 private:
  const char* at_;
  const char* end_;
};

}  // namespace pgcoffer::rows
