#include <fmt/format.h>

#include "base/digest.hpp"
#include "pgcoffer/error.hpp"
#include "seal/seal.hpp"

namespace pgcoffer::seal {

std::string key_identifier(const Secret& key) {
  std::string text = "pgcoffer key id";
  text += key.view();
  const Secret wiped(std::move(text));
  return from_hex(sha256_hex(wiped.view()).substr(0, 16));
}

Secret parse_key(std::string_view hex, std::string_view source) {
  std::string why;
  const std::size_t other = hex.find_first_not_of("0123456789abcdefABCDEF");
  if (hex.size() != 64) {
    why = fmt::format("has {} characters", hex.size());
  } else if (other != std::string_view::npos) {
    why = fmt::format("its character {} is none", other + 1);
  } else {
    return Secret(from_hex(hex));
  }
  throw Error(Kind::usage, fmt::format("{} does not hold a key: it must be 64 hex digits, and {}", source, why))
      .hint("Make one with: pgcoffer key generate");
}

}  // namespace pgcoffer::seal
