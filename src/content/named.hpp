#pragma once

#include <string_view>

#include "content/detect.hpp"

namespace pgcoffer::content {

/// Secrets that are told by what stands right before them, wherever in the text: password=…, "password": "…",
/// <password>…</password>, Bearer … and Basic …
void find_named_secrets(std::string_view text, IsCredentialName is_credential_name, Kinds& found);

}  // namespace pgcoffer::content
