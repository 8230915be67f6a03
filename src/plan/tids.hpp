#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace pgcoffer::plan {

/// Places of rows in a table (ctid), in ascending order; one or two bytes each where many lie together, since a subset
/// may have many millions of them.
class Tids {
 public:
  /// `tid` must be above the last one.
  void add(std::uint64_t tid);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  void for_each(const std::function<void(std::uint64_t)>& use) const;
  /// `{"(0,1)","(0,2)"}`, as an array of tid is written.
  [[nodiscard]] std::string literal() const;

 private:
  std::string steps_;  ///< distances between them, seven bits a byte, the highest bit set in all but the last
  std::uint64_t last_ = 0;
  std::size_t size_ = 0;
};

/// "(block,offset)" as one number that keeps the order. Throws Error(failed) for other text.
[[nodiscard]] std::uint64_t parse_tid(std::string_view text);
/// Appends "(block,offset)".
void append_tid(std::string& out, std::uint64_t tid);

}  // namespace pgcoffer::plan
