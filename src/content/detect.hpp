#pragma once

#include <string_view>

#include "content/kind.hpp"

namespace pgcoffer::content {

/// Whether a name, here of a key in JSON, is that of a credential.
using IsCredentialName = bool (*)(std::string_view name);

/// All that a column's value, in its text form, can be seen to hold. A value of any size; bytes that are not UTF-8 do
/// no harm.
[[nodiscard]] Kinds kinds_in(std::string_view value, IsCredentialName is_credential_name);

/// The same for a text within a value: without what is known by the whole value only, numbers and texts of chance.
[[nodiscard]] Kinds recognised_in(std::string_view text, IsCredentialName is_credential_name);

/// Whether a text can be a secret: empty ones and words that stand where a secret was are none.
[[nodiscard]] bool is_secret_text(std::string_view text);

/// Only credentials with a shape of their own: for scripts.
[[nodiscard]] Kinds tokens_in(std::string_view bytes);
/// Those, and secrets beside their names: for bytes that are no column's value.
[[nodiscard]] Kinds secrets_in(std::string_view bytes, IsCredentialName is_credential_name);

/// Only personal data with a shape that chance does not make: e-mail addresses, IBANs, cards' and social
/// security numbers.
[[nodiscard]] Kinds personal_in_text(std::string_view text);
/// The same where statements have values, in literals: a role may be called like an address.
[[nodiscard]] Kinds personal_in_script(std::string_view sql);
/// The same for bytes that are perhaps no text, or only here and there.
[[nodiscard]] Kinds personal_in_bytes(std::string_view bytes);

}  // namespace pgcoffer::content
