#pragma once

#include <filesystem>
#include <optional>

#include "base/secret.hpp"
#include "seal/openssl.hpp"

namespace pgcoffer::seal {

/// The first private key in a PEM file; `passphrase` opens it where it is encrypted.
/// Throws Error: not_found, permission, usage (no private key, or it is encrypted and the passphrase does not open it).
[[nodiscard]] PkeyPtr load_identity(const std::filesystem::path& path, const std::optional<Secret>& passphrase);

}  // namespace pgcoffer::seal
