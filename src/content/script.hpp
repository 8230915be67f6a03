#pragma once

#include <string_view>

#include "content/detect.hpp"

namespace pgcoffer::content {

/// Credentials with a shape of their own anywhere in a statement, and secrets beside their names in its literals: each
/// in quotes by itself, also within the bodies of functions in any language; and in comments. What code compares and
/// sets is no secret, but for literals that look made up beside a name that tells what they are.
[[nodiscard]] Kinds secrets_in_script(std::string_view sql, IsCredentialName is_credential_name);

/// The same where literals are prose: in comments on objects.
[[nodiscard]] Kinds secrets_in_comment(std::string_view sql, IsCredentialName is_credential_name);

}  // namespace pgcoffer::content
