#pragma once

#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace pgcoffer {

/// HMAC-SHA-256 (RFC 2104) under one key, for many short messages: the key's part is computed once, and nothing is
/// allocated. Safe from several threads.
class Hmac {
 public:
  using Digest = std::array<unsigned char, 32>;

  explicit Hmac(std::string_view key);
  ~Hmac();
  Hmac(const Hmac&) = default;
  Hmac& operator=(const Hmac&) = default;

  [[nodiscard]] Digest operator()(std::string_view message) const;

 private:
  SHA256_CTX inner_{}, outer_{};
};

}  // namespace pgcoffer
