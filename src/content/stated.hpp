#pragma once

#include <string_view>

#include "content/detect.hpp"

namespace pgcoffer::content {

/// Secrets beside their names as prose, code and markup write them: "the password: …" within a line, PASSWORD '…' of
/// SQL, 'password' => '…', define('PASSWORD', '…'), PHP's serialized texts, <property name="password" value="…"/>,
/// registries' "auth": "…" of Docker, and command lines. Only values that look made up.
[[nodiscard]] bool has_stated_secret(std::string_view text, IsCredentialName is_credential_name);

/// Only PASSWORD '…' and IDENTIFIED BY '…'.
[[nodiscard]] bool has_sql_password(std::string_view sql, IsCredentialName is_credential_name);

}  // namespace pgcoffer::content
