#pragma once

#include <optional>
#include <string_view>

#include "catalog/model.hpp"
#include "policy/credentials.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {

/// A name without the words at its end that leave a credential what it is: {password} for `password_hash_new`.
struct Reduced {
  Words words;
  bool hashed = false;  ///< one of the words taken off says hash, salt, encrypted …
};
[[nodiscard]] Reduced reduce(std::string_view name);

/// What the column's name alone tells.
[[nodiscard]] std::optional<Credential> credential_by_name(std::string_view name);

/// Whether a name that is none of a credential has a word of one in it, and nothing behind it that says what else it
/// is (`password_type`): for columns that are known to be texts.
[[nodiscard]] bool may_name_credential(std::string_view name);

/// Whether a last word says that a name is what is said of a credential (`token_type`, `api_key_id`), and none.
[[nodiscard]] bool says_what_it_has(std::string_view word);

/// Whether it is the name under which a cloud's store keeps something: `client_secret_aws_secret_key`.
[[nodiscard]] bool is_name_in_store(const Words& words);

/// Whether a name that looks like that of a credential is one of what everybody may know: public keys, tokens of texts.
[[nodiscard]] bool is_for_all(const Words& words);

/// Whether a column of this type and name can hold a credential: texts, bytes, JSON, uuid and types of the user's own;
/// numbers for one-time codes and PINs only; times, flags, addresses and ranges never.
[[nodiscard]] bool can_hold_credential(const catalog::Column& column);

}  // namespace pgcoffer::policy
