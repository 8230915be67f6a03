#pragma once

#include <array>
#include <cstdint>

#include "base/hmac.hpp"

namespace pgcoffer::rows {

/// A keyed permutation of the numbers 0 … count-1: each becomes another of them, and no two the same. A Feistel network
/// over two parts whose sizes multiply to a little more than count (Black and Rogaway's "generalized Feistel"), with
/// SipHash-2-4 as the round function; results beyond count go through again.
class Permutation {
 public:
  /// Round keys are derived from `key`; count is at least 1.
  Permutation(const Hmac& key, std::uint64_t count);
  [[nodiscard]] std::uint64_t operator()(std::uint64_t number) const noexcept;

 private:
  static constexpr int rounds = 10;
  std::uint64_t count_, left_ = 1, right_ = 1;
  std::array<std::uint64_t, 2> key_{};
};

}  // namespace pgcoffer::rows
