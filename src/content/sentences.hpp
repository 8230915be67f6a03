#pragma once

#include <string_view>

#include "content/detect.hpp"

namespace pgcoffer::content {

/// Whether a sentence tells a secret: "your password is …", "Ihr Passwort lautet: …", "le mot de passe est …". Only
/// words that look made up.
[[nodiscard]] bool has_told_secret(std::string_view text, IsCredentialName is_credential_name);

}  // namespace pgcoffer::content
