#include "content/kind.hpp"

namespace pgcoffer::content {
namespace {

struct Name {
  std::string_view name, description;
};

/// In the order of the enumeration.
constexpr std::array<Name, kKinds> names{{
    {"bcrypt", "a bcrypt hash"},
    {"argon2", "an Argon2 hash"},
    {"scrypt", "an scrypt hash"},
    {"pbkdf2", "a PBKDF2 hash"},
    {"crypt", "a password hash of crypt(3)'s kind"},
    {"jwt", "a JSON web token"},
    {"private-key", "a private key"},
    {"aws-key", "an AWS access key"},
    {"slack-token", "a Slack token"},
    {"github-token", "a GitHub token"},
    {"stripe-key", "a Stripe key"},
    {"other-token", "an access token of a known service"},
    {"url-password", "a password in a URL"},
    {"json-secret", "JSON with a credential's key"},
    {"named-secret", "a secret beside its name"},
    {"email", "an e-mail address"},
    {"phone", "a telephone number"},
    {"iban", "an IBAN"},
    {"card", "a payment card's number"},
    {"ip", "an IP address"},
    {"government-id", "a social security number"},
    {"uuid", "a UUID"},
    {"hex", "a long number in hexadecimal digits"},
    {"high-entropy", "a random text"},
}};

constexpr std::array<Kind, kKinds> every = [] {
  std::array<Kind, kKinds> result{};
  for (std::size_t i = 0; i < kKinds; ++i) result.at(i) = static_cast<Kind>(i);
  return result;
}();

}  // namespace

Family family(Kind kind) noexcept {
  switch (kind) {
    case Kind::email:
    case Kind::phone:
    case Kind::iban:
    case Kind::card:
    case Kind::ip:
    case Kind::government_id:
      return Family::personal;
    case Kind::uuid:
    case Kind::hex:
    case Kind::high_entropy:
      return Family::random;
    default:
      return Family::credential;
  }
}

std::string_view to_string(Kind kind) noexcept {
  return names[static_cast<std::size_t>(kind)].name;
}

std::string_view describe(Kind kind) noexcept {
  return names[static_cast<std::size_t>(kind)].description;
}

const std::array<Kind, kKinds>& all_kinds() noexcept {
  return every;
}

}  // namespace pgcoffer::content
