#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgcoffer {

/// SHA-256 (FIPS 180-4) of `data`, as 64 lower-case hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view data);

[[nodiscard]] std::string to_hex(std::string_view bytes);
/// Throws Error(usage) when the text is not an even number of hex digits. The text itself is never in the message.
[[nodiscard]] std::string from_hex(std::string_view hex);

/// `count` bytes from the system's cryptographic generator.
[[nodiscard]] std::string random_bytes(std::size_t count);
/// A random UUID, version 4 (RFC 9562).
[[nodiscard]] std::string random_uuid();

}  // namespace pgcoffer
