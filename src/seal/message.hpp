#pragma once

#include <cstdint>
#include <string_view>

#include "seal/openssl.hpp"

namespace pgcoffer::seal {

/// An empty AuthEnvelopedData message (RFC 5083) with AES-256-GCM (RFC 5084), to add recipients to.
[[nodiscard]] CmsPtr new_message();

/// Encrypts `content` into the message and replaces `der` by its DER. Throws Error(failed).
void finish_message(CMS_ContentInfo* message, std::string_view content, std::string& der);

/// The pieces of a sealed part, as views into it.
struct SealedPart {
  std::string_view key_id;       ///< KEK identifier
  std::string_view wrapped_key;  ///< 40 bytes: the content key under AES-256 key wrap (RFC 3394)
  std::string_view nonce;        ///< 12 bytes
  std::string_view ciphertext;
  std::string_view tag;  ///< 16 bytes
};

/// Reads a message with one KEK recipient.
///
/// GCM in CMS authenticates the content and not the fields around it (no authenticated attributes are used), so each
/// of those must have the one value that pgcoffer writes: a change of any byte is found, a shortened tag is refused.
/// Throws Error(damaged).
[[nodiscard]] SealedPart read_part(std::string_view sealed);

/// Checks what OpenSSL leaves open when it reads a message with any recipients: nothing after its end, a tag of full
/// length, and no more rounds of PBKDF2 than a reader can be asked to wait for. Throws Error(damaged).
void check_keys_message(std::string_view sealed);

}  // namespace pgcoffer::seal
