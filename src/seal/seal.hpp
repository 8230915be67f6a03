#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "pgcoffer/keys.hpp"

namespace pgcoffer::seal {

/// Seals and opens parts with the archive key: one CMS AuthEnvelopedData message (RFC 5083), AES-256-GCM (RFC 5084),
/// DER, one KEK recipient whose identifier is the archive's id. Stateless: safe from several threads.
class ArchiveKey {
 public:
  /// A new random key; `key_id` are the bytes of the KEK identifier.
  [[nodiscard]] static ArchiveKey generate(std::string key_id);
  ArchiveKey(Secret key, std::string key_id);

  void seal(std::string_view plain, std::string& sealed) const;
  /// Gives nothing before the tag has been checked. Throws Error(damaged).
  void open(std::string_view sealed, std::string& plain) const;
  [[nodiscard]] const Secret& key() const noexcept { return key_; }
  [[nodiscard]] const std::string& key_id() const noexcept { return key_id_; }

 private:
  Secret key_;
  std::string key_id_;
};

/// A recipient as keys.cms names it, for messages and `inspect`.
struct RecipientInfo {
  std::string kind;  ///< "key", "passphrase", "certificate"
  std::string id;    ///< key: its identifier in hex; certificate: issuer and serial number; passphrase: empty
};

/// keys.cms: the archive key (as 64 hex digits) sealed to the recipients. Throws Error(usage) for a bad certificate.
[[nodiscard]] std::string seal_keys(const ArchiveKey& key, const Recipients& recipients);
/// Throws Error(wrong_key) that says which recipients the archive has and what was tried; Error(damaged).
[[nodiscard]] ArchiveKey open_keys(std::string_view keys_cms, const Identities& identities, std::string key_id);
[[nodiscard]] std::vector<RecipientInfo> list_recipients(std::string_view keys_cms);

/// The key identifier of a message that ArchiveKey::seal made, read without opening it. Throws Error(damaged).
[[nodiscard]] std::string kek_identifier(std::string_view cms);

/// Identifier of a user's 32-byte key: first 8 bytes of SHA-256 over "pgcoffer key id" and the key. Not secret.
[[nodiscard]] std::string key_identifier(const Secret& key);
/// 64 hex digits to 32 bytes. Throws Error(usage) that never shows the text; `source` names where it came from.
[[nodiscard]] Secret parse_key(std::string_view hex, std::string_view source);

}  // namespace pgcoffer::seal
