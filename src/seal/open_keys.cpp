#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "seal/identity.hpp"
#include "seal/recipient_list.hpp"
#include "seal/seal.hpp"

namespace pgcoffer::seal {
namespace {

constexpr int kHexDigits = 64;

[[noreturn]] void damaged(std::string_view why) {
  throw Error(Kind::damaged, fmt::format("keys.cms is damaged: {}", why));
}

/// Whether a recipient gave up the content key. OpenSSL keeps that key inside the message.
enum class Outcome { unlocked, refused };

Outcome try_key(CMS_ContentInfo* message, const Secret& key) {
  const std::string id = key_identifier(key);
  STACK_OF(CMS_RecipientInfo)* recipients = CMS_get0_RecipientInfos(message);
  for (int i = 0; i < sk_CMS_RecipientInfo_num(recipients); ++i) {
    CMS_RecipientInfo* recipient = sk_CMS_RecipientInfo_value(recipients, i);
    if (CMS_RecipientInfo_type(recipient) != CMS_RECIPINFO_KEK ||
        CMS_RecipientInfo_kekri_id_cmp(recipient, bytes_of(id), id.size()) != 0) {
      continue;
    }
    auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(key.view().data(), key.view().size()));
    if (copy == nullptr || CMS_RecipientInfo_set0_key(recipient, copy, key.view().size()) != 1) {
      OPENSSL_clear_free(copy, key.view().size());
      openssl_failed("cannot open keys.cms");
    }
    // The identifier is a digest of the key, so the key is the right one and only the message can be wrong.
    if (CMS_RecipientInfo_decrypt(message, recipient) != 1) damaged("the archive key does not unwrap");
    return Outcome::unlocked;
  }
  return Outcome::refused;
}

Outcome try_passphrase(CMS_ContentInfo* message, const Secret& passphrase) {
  STACK_OF(CMS_RecipientInfo)* recipients = CMS_get0_RecipientInfos(message);
  for (int i = 0; i < sk_CMS_RecipientInfo_num(recipients); ++i) {
    CMS_RecipientInfo* recipient = sk_CMS_RecipientInfo_value(recipients, i);
    if (CMS_RecipientInfo_type(recipient) != CMS_RECIPINFO_PASS) continue;
    // "set0": the copy is OpenSSL's from here on, and wiped with the message.
    const std::string_view text = passphrase.view();
    auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(text.data(), text.size()));
    if (copy == nullptr ||
        CMS_RecipientInfo_set0_password(recipient, copy, static_cast<ossl_ssize_t>(text.size())) != 1) {
      OPENSSL_clear_free(copy, text.size());
      openssl_failed("cannot open keys.cms");
    }
    if (CMS_RecipientInfo_decrypt(message, recipient) == 1) return Outcome::unlocked;
  }
  return Outcome::refused;
}

bool try_agreement(CMS_ContentInfo* message, CMS_RecipientInfo* recipient, EVP_PKEY* key) {
  STACK_OF(CMS_RecipientEncryptedKey)* keys = CMS_RecipientInfo_kari_get0_reks(recipient);
  for (int i = 0; i < sk_CMS_RecipientEncryptedKey_num(keys); ++i) {
    if (CMS_RecipientInfo_kari_set0_pkey(recipient, key) != 1) return false;
    const int result = CMS_RecipientInfo_kari_decrypt(message, recipient, sk_CMS_RecipientEncryptedKey_value(keys, i));
    static_cast<void>(CMS_RecipientInfo_kari_set0_pkey(recipient, nullptr));
    if (result == 1) return true;
  }
  return false;
}

bool try_transport(CMS_ContentInfo* message, CMS_RecipientInfo* recipient, EVP_PKEY* key) {
  EVP_PKEY_up_ref(key);
  if (CMS_RecipientInfo_set0_pkey(recipient, key) != 1) {
    EVP_PKEY_free(key);
    return false;
  }
  return CMS_RecipientInfo_decrypt(message, recipient) == 1;
}

/// Every recipient with a matching kind of key is tried, so that no certificate is needed beside the private key.
Outcome try_identity(CMS_ContentInfo* message, EVP_PKEY* key) {
  const int type = EVP_PKEY_get_base_id(key);
  STACK_OF(CMS_RecipientInfo)* recipients = CMS_get0_RecipientInfos(message);
  for (int i = 0; i < sk_CMS_RecipientInfo_num(recipients); ++i) {
    CMS_RecipientInfo* recipient = sk_CMS_RecipientInfo_value(recipients, i);
    const int kind = CMS_RecipientInfo_type(recipient);
    if (kind == CMS_RECIPINFO_TRANS && type == EVP_PKEY_RSA && try_transport(message, recipient, key)) {
      return Outcome::unlocked;
    }
    if (kind == CMS_RECIPINFO_AGREE && type == EVP_PKEY_EC && try_agreement(message, recipient, key)) {
      return Outcome::unlocked;
    }
  }
  return Outcome::refused;
}

/// The content of a message whose content key is known: the archive key, once its tag has been checked.
Secret read_archive_key(CMS_ContentInfo* message) {
  const BioPtr chain(CMS_dataInit(message, nullptr));
  if (chain == nullptr) damaged(openssl_words());
  std::array<char, kHexDigits + 2> text{};
  int size = 0;
  for (int got = 1; got > 0 && size < static_cast<int>(text.size()); size += std::max(got, 0)) {
    got = BIO_read(chain.get(), text.data() + size, static_cast<int>(text.size()) - size);
  }
  const bool genuine = BIO_get_cipher_status(chain.get()) > 0;
  Secret hex(std::string(text.data(), static_cast<std::size_t>(size)));
  OPENSSL_cleanse(text.data(), text.size());
  if (!genuine || size > kHexDigits) damaged("authentication tag does not match");
  return parse_key(hex.view(), "keys.cms");
}

std::string describe(const std::vector<RecipientInfo>& recipients) {
  std::vector<std::string> names;
  for (const RecipientInfo& recipient : recipients) {
    names.push_back(recipient.kind == "passphrase" ? "a passphrase"
                    : recipient.kind == "key"      ? "key " + recipient.id
                                                   : "the certificate with " + recipient.id);
  }
  return names.empty() ? "nobody" : join(names, " and ");
}

/// How to give what the archive asks for.
std::string hint_for(const std::vector<RecipientInfo>& recipients) {
  std::vector<std::string> ways;
  const auto offer = [&](std::string_view kind, const char* way) {
    for (const RecipientInfo& recipient : recipients) {
      if (recipient.kind == kind) {
        ways.emplace_back(way);
        return;
      }
    }
  };
  offer("key", "the key in BACKUP_ENCRYPTION_KEY or with --key-file");
  offer("passphrase", "the passphrase with --passphrase-file");
  offer("certificate", "the certificate's private key with --identity");
  return ways.empty() ? "" : "Give " + join(ways, ", or ") + ".";
}

[[noreturn]] void refuse(const std::vector<RecipientInfo>& recipients, const std::vector<std::string>& tried) {
  const std::string sealed = "it is sealed to " + describe(recipients);
  throw Error(Kind::wrong_key, tried.empty() ? "the archive is encrypted and no key was given: " + sealed
                                             : "the archive does not open with " + join(tried, " or ") + ": " + sealed)
      .hint(hint_for(recipients));
}

/// Tries one way of opening. Each try has a message of its own: a failed one may leave a wrong content key behind.
template <class Try>
std::optional<Secret> attempt(std::string_view keys_cms, Try&& unlock) {
  const CmsPtr message = read_keys_message(keys_cms);
  std::optional<Secret> key;
  if (unlock(message.get()) == Outcome::unlocked) key = read_archive_key(message.get());
  static_cast<void>(openssl_words());
  return key;
}

}  // namespace

ArchiveKey open_keys(std::string_view keys_cms, const Identities& identities, std::string key_id) {
  const std::vector<RecipientInfo> recipients = list_recipients(keys_cms);
  std::vector<std::string> tried;
  std::optional<Secret> key;
  if (identities.key) {
    tried.push_back("key " + to_hex(key_identifier(*identities.key)));
    key = attempt(keys_cms, [&](CMS_ContentInfo* message) { return try_key(message, *identities.key); });
  }
  if (!key && identities.passphrase) {
    tried.emplace_back("the passphrase");
    key = attempt(keys_cms, [&](CMS_ContentInfo* message) { return try_passphrase(message, *identities.passphrase); });
  }
  if (!key && identities.identity) {
    tried.push_back(fmt::format("the private key in \"{}\"", identities.identity->string()));
    const PkeyPtr identity = load_identity(*identities.identity, identities.passphrase);
    key = attempt(keys_cms, [&](CMS_ContentInfo* message) { return try_identity(message, identity.get()); });
  }
  if (!key) refuse(recipients, tried);
  return {std::move(*key), std::move(key_id)};
}

}  // namespace pgcoffer::seal
