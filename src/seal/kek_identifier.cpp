#include <openssl/bio.h>
#include <openssl/cms.h>

#include <memory>
#include <pgcoffer/error.hpp>

#include "seal/seal.hpp"

namespace pgcoffer::seal {

std::string kek_identifier(std::string_view cms) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(cms.data(), static_cast<int>(cms.size())),
                                                     &BIO_free);
  const std::unique_ptr<CMS_ContentInfo, decltype(&CMS_ContentInfo_free)> message(
      in ? d2i_CMS_bio(in.get(), nullptr) : nullptr, &CMS_ContentInfo_free);
  if (!message) throw Error(Kind::damaged, "not a CMS message");
  STACK_OF(CMS_RecipientInfo)* recipients = CMS_get0_RecipientInfos(message.get());
  for (int i = 0; i < sk_CMS_RecipientInfo_num(recipients); ++i) {
    CMS_RecipientInfo* recipient = sk_CMS_RecipientInfo_value(recipients, i);
    ASN1_OCTET_STRING* id = nullptr;
    if (CMS_RecipientInfo_type(recipient) != CMS_RECIPINFO_KEK ||
        CMS_RecipientInfo_kekri_get0_id(recipient, nullptr, &id, nullptr, nullptr, nullptr) != 1)
      continue;
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(id)), static_cast<std::size_t>(ASN1_STRING_length(id))};
  }
  throw Error(Kind::damaged, "the CMS message has no key-encryption-key recipient");
}

}  // namespace pgcoffer::seal
