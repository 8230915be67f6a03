#include "base/hmac.hpp"

#include <openssl/crypto.h>

#include <cstring>

// OpenSSL 3 wants EVP contexts, whose copying costs several times what hashing a short message does; its older
// functions, which it still has, copy a struct.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace pgcoffer {

Hmac::Hmac(std::string_view key) {
  std::array<unsigned char, SHA256_CBLOCK> block{};
  if (key.size() > block.size()) {
    SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), block.data());
  } else {
    std::memcpy(block.data(), key.data(), key.size());
  }
  for (unsigned char& byte : block) byte ^= 0x36U;
  SHA256_Init(&inner_);
  SHA256_Update(&inner_, block.data(), block.size());
  for (unsigned char& byte : block) byte ^= 0x36U ^ 0x5cU;
  SHA256_Init(&outer_);
  SHA256_Update(&outer_, block.data(), block.size());
  OPENSSL_cleanse(block.data(), block.size());
}

Hmac::~Hmac() {
  OPENSSL_cleanse(&inner_, sizeof inner_);
  OPENSSL_cleanse(&outer_, sizeof outer_);
}

Hmac::Digest Hmac::operator()(std::string_view message) const {
  Digest digest{};
  SHA256_CTX context = inner_;
  SHA256_Update(&context, message.data(), message.size());
  SHA256_Final(digest.data(), &context);
  context = outer_;
  SHA256_Update(&context, digest.data(), digest.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

}  // namespace pgcoffer

#pragma GCC diagnostic pop
