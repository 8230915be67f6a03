#pragma once

#include <string_view>

#include "content/detect.hpp"

namespace pgcoffer::content {

/// Secrets that are told by what stands right before them, wherever in the text: password=…, "password": "…",
/// <password>…</password>, Bearer … and Basic …; lines of YAML, .pgpass and netrc; and what stated.hpp tells. In a
/// piece of code only values count that look made up.
void find_named_secrets(std::string_view text, IsCredentialName is_credential_name, Kinds& found, bool in_code = false);

/// Whether a line is "password: …", whatever stands there: where rather one too many is found than one too few.
[[nodiscard]] bool has_entry_of_secret(std::string_view text, IsCredentialName is_credential_name);

}  // namespace pgcoffer::content
