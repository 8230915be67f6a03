#include "base/secret.hpp"

#include <openssl/crypto.h>

namespace pgcoffer {

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_.assign(other.bytes_);
    other.wipe();
  }
  return *this;
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    bytes_.assign(other.bytes_);
  }
  return *this;
}

void Secret::wipe() noexcept {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
  bytes_.clear();
}

}  // namespace pgcoffer
