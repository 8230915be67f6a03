#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "pgcoffer/error.hpp"
#include "seal/message.hpp"
#include "seal/seal.hpp"

namespace pgcoffer::seal {
namespace {

/// OpenSSL offers no other pseudo-random function than HMAC-SHA-1 here, for which OWASP asks 1,300,000 rounds.
constexpr int kRounds = 1'400'000;

void add_key(CMS_ContentInfo* message, const Secret& key) {
  if (key.view().size() != 32) throw Error(Kind::usage, "a key to seal to must be 32 bytes long");
  const std::string id = key_identifier(key);
  auto* key_copy = static_cast<unsigned char*>(OPENSSL_memdup(key.view().data(), key.view().size()));
  auto* id_copy = static_cast<unsigned char*>(OPENSSL_memdup(id.data(), id.size()));
  if (key_copy == nullptr || id_copy == nullptr ||
      CMS_add0_recipient_key(message, NID_id_aes256_wrap, key_copy, key.view().size(), id_copy, id.size(), nullptr,
                             nullptr, nullptr) == nullptr) {
    OPENSSL_clear_free(key_copy, key.view().size());
    OPENSSL_free(id_copy);
    openssl_failed("cannot seal the archive key to a key");
  }
}

/// PWRI (RFC 3211): the content key is wrapped under AES-256-CBC with a key that PBKDF2 makes of the passphrase.
/// CBC must be named: by default OpenSSL takes the content's cipher, and GCM cannot wrap. (`openssl cms -encrypt
/// -aes-256-gcm -pwri_password` fails for that reason; `openssl cms -decrypt -pwri_password` opens what is made here.)
void add_passphrase(CMS_ContentInfo* message, const Secret& passphrase) {
  const std::string_view text = passphrase.view();
  if (text.empty()) throw Error(Kind::usage, "the passphrase is empty");
  auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(text.data(), text.size()));
  if (copy == nullptr ||
      CMS_add0_recipient_password(message, kRounds, NID_id_alg_PWRI_KEK, NID_id_pbkdf2, copy,
                                  static_cast<ossl_ssize_t>(text.size()), EVP_aes_256_cbc()) == nullptr) {
    OPENSSL_clear_free(copy, text.size());
    openssl_failed("cannot seal the archive key to a passphrase");
  }
}

X509Ptr load_certificate(const std::filesystem::path& path) {
  const std::string pem = read_option_file(path);
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509Ptr certificate(bio == nullptr ? nullptr : PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) {
    throw Error(Kind::usage,
                fmt::format("cannot read \"{}\": not an X.509 certificate in PEM: {}", path.string(), openssl_words()))
        .hint("A file that begins with -----BEGIN CERTIFICATE----- is needed, not the private key.")
        .object(path.string());
  }
  if (X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) != nullptr) {
    throw Error(Kind::usage, fmt::format("\"{}\" holds several certificates", path.string()))
        .hint("Which of them is meant cannot be told: give each recipient a file and an --encrypt-to of its own.")
        .object(path.string());
  }
  ERR_clear_error();  // the end of the file counts as an error
  return certificate;
}

/// OAEP with SHA-256 for RSA, where OpenSSL's default is PKCS #1 v1.5; SHA-256 in EC's key derivation, for SHA-1.
bool choose_algorithms(CMS_RecipientInfo* recipient) {
  EVP_PKEY_CTX* context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
  if (context == nullptr) return false;
  if (CMS_RecipientInfo_type(recipient) == CMS_RECIPINFO_AGREE) {
    return EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) > 0;
  }
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) > 0;
}

void add_certificate(CMS_ContentInfo* message, const std::filesystem::path& path) {
  const X509Ptr certificate = load_certificate(path);
  const EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  const int type = key == nullptr ? EVP_PKEY_NONE : EVP_PKEY_get_base_id(key);
  CMS_RecipientInfo* recipient = nullptr;
  if (type == EVP_PKEY_RSA || type == EVP_PKEY_EC) {
    recipient = CMS_add1_recipient_cert(message, certificate.get(), CMS_KEY_PARAM);
  }
  if (recipient == nullptr || !choose_algorithms(recipient)) {
    static_cast<void>(openssl_words());
    throw Error(Kind::usage,
                fmt::format("cannot seal to \"{}\": a certificate with this kind of key cannot receive", path.string()))
        .hint("Use a certificate with an RSA or an elliptic-curve (P-256, P-384, P-521) key.")
        .object(path.string());
  }
}

}  // namespace

std::string seal_keys(const ArchiveKey& key, const Recipients& recipients) {
  if (recipients.empty()) throw Error(Kind::usage, "an archive key cannot be sealed to nobody");
  const CmsPtr message = new_message();
  if (recipients.key) add_key(message.get(), *recipients.key);
  if (recipients.passphrase) add_passphrase(message.get(), *recipients.passphrase);
  for (const auto& path : recipients.certificates) add_certificate(message.get(), path);
  const Secret content(to_hex(key.key().view()));
  std::string der;
  finish_message(message.get(), content.view(), der);
  return der;
}

}  // namespace pgcoffer::seal
