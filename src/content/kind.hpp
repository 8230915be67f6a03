#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgcoffer::content {

/// What a value can be seen to hold, whatever its column is called.
enum class Kind {
  bcrypt,
  argon2,
  scrypt,
  pbkdf2,
  crypt,  ///< crypt(3) and its like: md5-crypt, SHA-crypt, phpass, LDAP's, PostgreSQL's own
  jwt,
  private_key,  ///< PEM, or what a wallet's comes from
  aws_key,
  slack_token,
  github_token,
  stripe_key,
  other_token,   ///< of other services, by their prefix
  url_password,  ///< scheme://user:password@host
  json_secret,   ///< JSON or hstore with a key that is called like a credential, and a text or number as its value
  named_secret,  ///< a text with the name of a credential before it: password=…, a tag of XML, Bearer …
  email,
  phone,
  iban,
  card,
  ip,
  government_id,  ///< US SSN, Swiss AHV
  uuid,
  hex,           ///< 32 digits or more: a digest, or a token
  high_entropy,  ///< letters and digits without any order
};
inline constexpr std::size_t kKinds = 24;

/// How sure a kind makes one of what it is.
enum class Family {
  credential,  ///< its shape says so
  personal,    ///< tells of a person, where such data matters
  random,      ///< may be a token as well as a key or a digest: its column has to tell
};

[[nodiscard]] Family family(Kind kind) noexcept;
/// "bcrypt", "url-password": for reports.
[[nodiscard]] std::string_view to_string(Kind kind) noexcept;
/// "a bcrypt hash", "a password in a URL": for people.
[[nodiscard]] std::string_view describe(Kind kind) noexcept;

/// A set of kinds.
class Kinds {
 public:
  void add(Kind kind) noexcept { bits_ |= bit(kind); }
  void add(const Kinds& others) noexcept { bits_ |= others.bits_; }
  void remove(Kind kind) noexcept { bits_ &= ~bit(kind); }
  /// An e-mail address that somebody can have: not at a domain that is reserved for examples and tests.
  void add_real_address() noexcept { bits_ |= bit(Kind::email) | kRealAddress; }
  /// A telephone number with its country's code, or a word before it that says so: other digits hardly look like one.
  void add_certain_phone() noexcept { bits_ |= bit(Kind::phone) | kCertainPhone; }
  [[nodiscard]] bool has_certain_phone() const noexcept { return (bits_ & kCertainPhone) != 0; }
  [[nodiscard]] bool has_real_address() const noexcept { return (bits_ & kRealAddress) != 0; }
  [[nodiscard]] bool has(Kind kind) const noexcept { return (bits_ & bit(kind)) != 0; }
  [[nodiscard]] bool empty() const noexcept { return (bits_ & ~(kRealAddress | kCertainPhone)) == 0; }

 private:
  static constexpr std::uint32_t kRealAddress = std::uint32_t{1} << 31U;
  static constexpr std::uint32_t kCertainPhone = std::uint32_t{1} << 30U;
  static std::uint32_t bit(Kind kind) noexcept { return std::uint32_t{1} << static_cast<unsigned>(kind); }
  std::uint32_t bits_ = 0;
};

/// All kinds, in their order.
[[nodiscard]] const std::array<Kind, kKinds>& all_kinds() noexcept;

}  // namespace pgcoffer::content
