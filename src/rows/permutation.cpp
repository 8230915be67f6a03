#include "rows/permutation.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <string>

namespace pgcoffer::rows {
namespace {

struct Sip {
  std::uint64_t a, b, c, d;

  void round() noexcept {
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
};

/// SipHash-2-4 of a message of seven bytes: the number's six lower ones and that of the round. Parts have 32 bits at
/// most.
std::uint64_t siphash(const std::array<std::uint64_t, 2>& key, std::uint64_t number, int which) noexcept {
  const std::uint64_t block = number | (static_cast<std::uint64_t>(which) << 48U) | (std::uint64_t{7} << 56U);
  Sip sip{key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU, key[0] ^ 0x6c7967656e657261U,
          key[1] ^ 0x7465646279746573U};
  sip.d ^= block;
  sip.round();
  sip.round();
  sip.a ^= block;
  sip.c ^= 0xffU;
  for (int i = 0; i < 4; ++i) sip.round();
  return sip.a ^ sip.b ^ sip.c ^ sip.d;
}

/// A number below `limit` from an even hash.
std::uint64_t below(std::uint64_t hash, std::uint64_t limit) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(hash) * limit) >> 64U);
}

}  // namespace

Permutation::Permutation(const Hmac& key, std::uint64_t count) : count_(count) {
  left_ = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(count)));
  while (left_ * left_ < count && left_ < (std::uint64_t{1} << 32U)) ++left_;
  right_ = (count + left_ - 1) / left_;
  const Hmac::Digest digest = key("permutation " + std::to_string(count));
  std::memcpy(key_.data(), digest.data(), sizeof key_);
}

std::uint64_t Permutation::operator()(std::uint64_t number) const noexcept {
  do {
    std::uint64_t left = number / right_, right = number % right_;
    for (int round = 0; round < rounds; round += 2) {
      left += below(siphash(key_, right, round), left_);
      if (left >= left_) left -= left_;
      right += below(siphash(key_, left, round + 1), right_);
      if (right >= right_) right -= right_;
    }
    number = left * right_ + right;
  } while (number >= count_);
  return number;
}

}  // namespace pgcoffer::rows
