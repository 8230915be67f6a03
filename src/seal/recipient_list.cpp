#include "seal/recipient_list.hpp"

#include <openssl/bn.h>

#include "base/digest.hpp"
#include "pgcoffer/error.hpp"
#include "seal/message.hpp"
#include "seal/seal.hpp"

namespace pgcoffer::seal {
namespace {

std::string text_of(const X509_NAME* name) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || name == nullptr || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0) return "";
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string text_of(const ASN1_INTEGER* serial) {
  if (serial == nullptr) return "";
  BIGNUM* number = ASN1_INTEGER_to_BN(serial, nullptr);
  char* hex = number == nullptr ? nullptr : BN_bn2hex(number);
  std::string text = hex == nullptr ? "" : hex;
  OPENSSL_free(hex);
  BN_free(number);
  return text;
}

/// How a certificate is named in a message: by issuer and serial number, or by its subject key identifier.
struct CertificateName {
  ASN1_OCTET_STRING* key_id = nullptr;
  X509_NAME* issuer = nullptr;
  ASN1_INTEGER* serial = nullptr;

  [[nodiscard]] std::string text() const {
    if (key_id != nullptr) {
      return "key identifier " + to_hex({reinterpret_cast<const char*>(ASN1_STRING_get0_data(key_id)),
                                         static_cast<std::size_t>(ASN1_STRING_length(key_id))});
    }
    return "issuer " + text_of(issuer) + ", serial number " + text_of(serial);
  }
};

void add_agreement(CMS_RecipientInfo* recipient, std::vector<RecipientInfo>& list) {
  STACK_OF(CMS_RecipientEncryptedKey)* keys = CMS_RecipientInfo_kari_get0_reks(recipient);
  for (int i = 0; i < sk_CMS_RecipientEncryptedKey_num(keys); ++i) {
    CertificateName name;
    static_cast<void>(CMS_RecipientEncryptedKey_get0_id(sk_CMS_RecipientEncryptedKey_value(keys, i), &name.key_id,
                                                        nullptr, nullptr, &name.issuer, &name.serial));
    list.push_back({"certificate", name.text()});
  }
}

std::string key_id_of(CMS_RecipientInfo* recipient) {
  ASN1_OCTET_STRING* id = nullptr;
  if (CMS_RecipientInfo_kekri_get0_id(recipient, nullptr, &id, nullptr, nullptr, nullptr) != 1 || id == nullptr) {
    return "";
  }
  return to_hex(
      {reinterpret_cast<const char*>(ASN1_STRING_get0_data(id)), static_cast<std::size_t>(ASN1_STRING_length(id))});
}

void add(CMS_RecipientInfo* recipient, std::vector<RecipientInfo>& list) {
  CertificateName name;
  switch (CMS_RecipientInfo_type(recipient)) {
    case CMS_RECIPINFO_KEK:
      list.push_back({"key", key_id_of(recipient)});
      break;
    case CMS_RECIPINFO_PASS:
      list.push_back({"passphrase", ""});
      break;
    case CMS_RECIPINFO_TRANS:
      static_cast<void>(CMS_RecipientInfo_ktri_get0_signer_id(recipient, &name.key_id, &name.issuer, &name.serial));
      list.push_back({"certificate", name.text()});
      break;
    case CMS_RECIPINFO_AGREE:
      add_agreement(recipient, list);
      break;
    default:
      throw Error(Kind::damaged, "keys.cms is damaged: it names a recipient of an unknown kind");
  }
}

}  // namespace

CmsPtr read_keys_message(std::string_view keys_cms) {
  try {
    check_keys_message(keys_cms);
  } catch (const Error&) {
    throw Error(Kind::damaged, "keys.cms is damaged: it is not the message pgcoffer makes");
  }
  const unsigned char* at = bytes_of(keys_cms);
  CmsPtr message(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(keys_cms.size())));
  if (message == nullptr || CMS_get0_RecipientInfos(message.get()) == nullptr) {
    throw Error(Kind::damaged, "keys.cms is damaged: " + openssl_words());
  }
  return message;
}

std::vector<RecipientInfo> list_recipients(std::string_view keys_cms) {
  const CmsPtr message = read_keys_message(keys_cms);
  STACK_OF(CMS_RecipientInfo)* recipients = CMS_get0_RecipientInfos(message.get());
  std::vector<RecipientInfo> list;
  for (int i = 0; i < sk_CMS_RecipientInfo_num(recipients); ++i) add(sk_CMS_RecipientInfo_value(recipients, i), list);
  return list;
}

}  // namespace pgcoffer::seal
