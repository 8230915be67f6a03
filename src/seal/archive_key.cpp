#include <openssl/crypto.h>

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/room.hpp"
#include "pgcoffer/error.hpp"
#include "seal/message.hpp"
#include "seal/seal.hpp"

namespace pgcoffer::seal {
namespace {

constexpr std::size_t kKeyBytes = 32;

/// The key of one part's content, wiped when it goes.
struct ContentKey {
  std::array<unsigned char, kKeyBytes + 8> bytes{};  ///< OpenSSL's unwrap may use 8 bytes more while it works
  ContentKey() = default;
  ContentKey(const ContentKey&) = delete;
  ContentKey& operator=(const ContentKey&) = delete;
  ~ContentKey() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

CipherPtr new_cipher() {
  CipherPtr cipher(EVP_CIPHER_CTX_new());
  if (cipher == nullptr) openssl_failed("cannot open sealed data");
  return cipher;
}

/// AES key wrap (RFC 3394) has its own check: false when `wrapped` was changed or wrapped with another key.
bool unwrap(std::string_view wrapping_key, std::string_view wrapped, ContentKey& key) {
  const CipherPtr cipher = new_cipher();
  EVP_CIPHER_CTX_set_flags(cipher.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  int size = 0;
  return EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_wrap(), nullptr, bytes_of(wrapping_key), nullptr) == 1 &&
         EVP_DecryptUpdate(cipher.get(), key.bytes.data(), &size, bytes_of(wrapped),
                           static_cast<int>(wrapped.size())) == 1 &&
         size == static_cast<int>(kKeyBytes);
}

/// False when the tag does not match; `plain` then holds unchecked bytes that must not be used.
bool decrypt(const ContentKey& key, const SealedPart& part, std::string& plain) {
  const CipherPtr cipher = new_cipher();
  if (EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(), bytes_of(part.nonce)) != 1) {
    return false;
  }
  resize_room(plain, part.ciphertext.size());
  int size = 0;
  for (std::size_t done = 0; done < plain.size(); done += static_cast<std::size_t>(size)) {
    const std::size_t piece = std::min(plain.size() - done, std::size_t{1} << 30);
    if (EVP_DecryptUpdate(cipher.get(), bytes_of(plain) + done, &size, bytes_of(part.ciphertext.substr(done)),
                          static_cast<int>(piece)) != 1 ||
        size <= 0) {
      return false;
    }
  }
  std::array<unsigned char, 16> tag{};
  std::copy_n(bytes_of(part.tag), tag.size(), tag.begin());
  std::array<unsigned char, 16> rest{};
  return EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) == 1 &&
         EVP_DecryptFinal_ex(cipher.get(), rest.data(), &size) == 1;
}

/// A copy that OpenSSL takes over.
unsigned char* given_copy(std::string_view bytes) {
  auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(bytes.data(), bytes.size()));
  if (copy == nullptr) openssl_failed("cannot seal");
  return copy;
}

}  // namespace

ArchiveKey ArchiveKey::generate(std::string key_id) {
  return {Secret(random_bytes(kKeyBytes)), std::move(key_id)};
}

ArchiveKey::ArchiveKey(Secret key, std::string key_id) : key_(std::move(key)), key_id_(std::move(key_id)) {
  if (key_.view().size() != kKeyBytes) throw Error(Kind::usage, "an archive key must be 32 bytes long");
  if (key_id_.empty()) throw Error(Kind::usage, "an archive key must have an identifier");
}

void ArchiveKey::seal(std::string_view plain, std::string& sealed) const {
  const CmsPtr message = new_message();
  unsigned char* key = given_copy(key_.view());
  unsigned char* id = given_copy(key_id_);
  if (CMS_add0_recipient_key(message.get(), NID_id_aes256_wrap, key, kKeyBytes, id, key_id_.size(), nullptr, nullptr,
                             nullptr) == nullptr) {
    OPENSSL_clear_free(key, kKeyBytes);
    OPENSSL_free(id);
    openssl_failed("cannot seal");
  }
  finish_message(message.get(), plain, sealed);
}

// Opening goes past OpenSSL's CMS functions: they would hold the part in memory twice more and take three times as
// long, and they do not mind changes of fields that the tag does not cover.
void ArchiveKey::open(std::string_view sealed, std::string& plain) const {
  plain.clear();
  const SealedPart part = read_part(sealed);
  if (part.key_id != key_id_) throw Error(Kind::damaged, "sealed data is damaged: it belongs to another archive");
  ContentKey key;
  if (!unwrap(key_.view(), part.wrapped_key, key)) {
    static_cast<void>(openssl_words());
    throw Error(Kind::damaged, "sealed data is damaged: its key does not unwrap");
  }
  if (!decrypt(key, part, plain)) {
    static_cast<void>(openssl_words());
    OPENSSL_cleanse(plain.data(), plain.size());
    plain.clear();
    throw Error(Kind::damaged, "sealed data is damaged: authentication tag does not match");
  }
}

}  // namespace pgcoffer::seal
