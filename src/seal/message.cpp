#include "seal/message.hpp"

#include <openssl/buffer.h>

#include <algorithm>

#include "base/room.hpp"
#include "pgcoffer/error.hpp"
#include "seal/der.hpp"

namespace pgcoffer::seal {
namespace {

using namespace std::string_view_literals;

// Object identifiers, the content of their DER.
constexpr std::string_view kAuthEnvelopedData = "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17"sv;  // RFC 5083
constexpr std::string_view kData = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"sv;                       // RFC 5652
constexpr std::string_view kAes256Gcm = "\x60\x86\x48\x01\x65\x03\x04\x01\x2E"sv;                  // RFC 5084
constexpr std::string_view kAes256Wrap = "\x60\x86\x48\x01\x65\x03\x04\x01\x2D"sv;                 // RFC 3565
constexpr std::string_view kPbkdf2 = "\x2A\x86\x48\x86\xF7\x0D\x01\x05\x0C"sv;                     // RFC 8018

constexpr std::size_t kNonceBytes = 12, kTagBytes = 16, kWrappedKeyBytes = 40;
constexpr std::string_view kTagLength = "\x10"sv;

/// About half a minute of one core.
constexpr std::uint64_t kMostRounds = 50'000'000;

/// OpenSSL's growing buffers end at 1.5 GiB.
constexpr std::size_t kMostContent = std::size_t{0x5FFFFFFC} - 4096;

std::string_view sized(std::string_view field, std::size_t size) {
  if (field.size() != size) refuse_form();
  return field;
}

/// Gives the chain's memory BIO its final room at once: growing, it would copy and wipe the content again and again.
void reserve(BIO* chain, std::size_t size) {
  BIO* memory = BIO_find_type(chain, BIO_TYPE_MEM);
  BUF_MEM* room = BUF_MEM_new();
  if (memory == nullptr || room == nullptr || BUF_MEM_grow(room, size) == 0) {
    BUF_MEM_free(room);
    openssl_failed("cannot seal: no memory for the message");
  }
  prefer_huge_pages(room->data, room->max);
  room->length = 0;
  BIO_set_mem_buf(memory, room, BIO_CLOSE);
}

void write_all(BIO* chain, std::string_view content) {
  while (!content.empty()) {
    const std::size_t piece = std::min(content.size(), std::size_t{1} << 30);
    const int written = BIO_write(chain, content.data(), static_cast<int>(piece));
    if (written <= 0) openssl_failed("cannot seal");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (BIO_flush(chain) <= 0) openssl_failed("cannot seal");
}

/// EncryptedContentInfo and tag; nothing optional.
void read_content(Der& data, SealedPart& part) {
  Der info = data.enter(Der::sequence);
  info.expect(Der::identifier, kData);
  Der algorithm = info.enter(Der::sequence);
  algorithm.expect(Der::identifier, kAes256Gcm);
  Der parameters = algorithm.enter(Der::sequence);
  algorithm.finish();
  part.nonce = sized(parameters.take(Der::octets), kNonceBytes);
  parameters.expect(Der::integer, kTagLength);
  parameters.finish();
  part.ciphertext = info.take(Der::context0);
  info.finish();
  part.tag = sized(data.take(Der::octets), kTagBytes);
  data.finish();
}

/// The version of AuthEnvelopedData, once the wrapping around it has been read.
Der enter_data(std::string_view sealed) {
  Der outside(sealed);
  Der message = outside.enter(Der::sequence);
  outside.finish();
  message.expect(Der::identifier, kAuthEnvelopedData);
  Der wrapper = message.enter(Der::explicit0);
  message.finish();
  Der data = wrapper.enter(Der::sequence);
  wrapper.finish();
  data.expect(Der::integer, "\0"sv);
  return data;
}

/// PasswordRecipientInfo (RFC 5652, section 6.2.4).
void check_rounds(Der recipient) {
  static_cast<void>(recipient.take_number());
  Der derivation = recipient.enter(Der::explicit0);
  derivation.expect(Der::identifier, kPbkdf2);
  Der parameters = derivation.enter(Der::sequence);
  static_cast<void>(parameters.take(Der::octets));
  if (parameters.take_number() > kMostRounds) refuse_form();
}

}  // namespace

CmsPtr new_message() {
  CmsPtr message(CMS_encrypt(nullptr, nullptr, EVP_aes_256_gcm(), CMS_PARTIAL | CMS_BINARY | CMS_STREAM));
  if (message == nullptr) openssl_failed("cannot begin a sealed message");
  return message;
}

void finish_message(CMS_ContentInfo* message, std::string_view content, std::string& der) {
  if (content.size() > kMostContent) {
    throw Error(Kind::failed, "cannot seal " + std::to_string(content.size()) + " bytes as one part: the limit is " +
                                  std::to_string(kMostContent))
        .hint("One row alone is that large: leave its column out, or dump without encryption.");
  }
  // What CMS_final() does, with the room known beforehand.
  const BioPtr chain(CMS_dataInit(message, nullptr));
  if (chain == nullptr) openssl_failed("cannot seal");
  reserve(chain.get(), content.size() + 64);
  write_all(chain.get(), content);
  if (CMS_dataFinal(message, chain.get()) != 1) openssl_failed("cannot seal");
  const int size = i2d_CMS_ContentInfo(message, nullptr);
  if (size <= 0) openssl_failed("cannot seal");
  der.resize(static_cast<std::size_t>(size));
  unsigned char* out = bytes_of(der);
  if (i2d_CMS_ContentInfo(message, &out) != size) openssl_failed("cannot seal");
}

SealedPart read_part(std::string_view sealed) {
  SealedPart part;
  Der data = enter_data(sealed);
  Der recipients = data.enter(Der::set);
  Der recipient = recipients.enter(Der::explicit2);
  recipients.finish();
  recipient.expect(Der::integer, "\4"sv);
  Der identifier = recipient.enter(Der::sequence);
  part.key_id = identifier.take(Der::octets);
  identifier.finish();
  Der wrap = recipient.enter(Der::sequence);
  wrap.expect(Der::identifier, kAes256Wrap);
  wrap.finish();
  part.wrapped_key = sized(recipient.take(Der::octets), kWrappedKeyBytes);
  recipient.finish();
  read_content(data, part);
  return part;
}

void check_keys_message(std::string_view sealed) {
  Der data = enter_data(sealed);
  Der recipients = data.enter(Der::set);
  while (!recipients.at_end()) {
    const std::uint8_t kind = recipients.next_tag();
    const Der recipient = recipients.enter(kind);
    if (kind == Der::explicit3) check_rounds(recipient);
  }
  SealedPart part;
  read_content(data, part);
}

}  // namespace pgcoffer::seal
