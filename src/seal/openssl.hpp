#pragma once

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace pgcoffer::seal {

struct Free {
  void operator()(BIO* bio) const noexcept { BIO_free_all(bio); }
  void operator()(CMS_ContentInfo* message) const noexcept { CMS_ContentInfo_free(message); }
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using BioPtr = std::unique_ptr<BIO, Free>;
using CmsPtr = std::unique_ptr<CMS_ContentInfo, Free>;
using CipherPtr = std::unique_ptr<EVP_CIPHER_CTX, Free>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, Free>;
using X509Ptr = std::unique_ptr<X509, Free>;

/// What OpenSSL says about this thread's last failures, and forgets them. (Its texts hold no key material.)
[[nodiscard]] std::string openssl_words();

/// Throws Error(failed) `what: OpenSSL's words`.
[[noreturn]] void openssl_failed(std::string_view what);

/// OpenSSL's ints and unsigned char pointers, from ours.
[[nodiscard]] inline const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}
[[nodiscard]] inline unsigned char* bytes_of(std::string& text) noexcept {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace pgcoffer::seal
