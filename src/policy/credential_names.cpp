#include "policy/credential_names.hpp"

#include <algorithm>
#include <array>

namespace pgcoffer::policy {
namespace {

/// Words behind a noun that leave it what it is: a hash of a password is a credential still.
constexpr WordSet qualifiers(
    "hash hashed digest encrypted enc cipher ciphertext crypt crypted salt iv value val data raw plain plaintext text "
    "string str json blob byte b64 base64 hex new old previous prev current pending temp tmp confirmation confirm sha "
    "sha1 sha256 sha512 md5 bcrypt argon argon2 scrypt hint history bidx pem der hmac v arr array");
constexpr WordSet hash_qualifiers("hash hashed digest encrypted enc cipher ciphertext crypted salt bidx hmac");
/// A name of nothing but these, one of the last two among them, says: so secret that it is stored encrypted.
constexpr WordSet contents("value val data iv text blob payload property config setting param option salt");
constexpr WordSet encrypted("encrypted ciphertext");

constexpr WordSet password_nouns("password passwd pwd passphrase passcode pw salt htpasswd pepper");
constexpr WordSet pass_modifiers(
    "user usr db database smtp ftp sftp ssh imap pop3 mysql pg email mail login admin root hashed encrypted proxy ldap "
    "bind auth account acct client http basic service server rabbitmq redis wifi app adm sys svc superuser sa host "
    "device "
    "router switch web vpn mqtt broker kerberos radius");
constexpr WordSet secret_nouns("secret credential kubeconfig keystore pfx p12 pkcs12 mnemonic psk");
constexpr WordSet second_factor_nouns("otp totp hotp");
constexpr WordSet second_factors("otp totp hotp factor mfa 2fa tfa");
/// `token` after one of these is a place in a list, a piece of text, or a coin.
constexpr WordSet harmless_tokens(
    "page next continuation pagination sync cursor nft erc20 erc721 design vocab word text lexer css theme max min "
    "prompt completion input output total cached reasoning usage stop special lp base quote count num");
constexpr WordSet key_modifiers(
    "api private secret access encryption encrypted signing sign auth authentication authorization master server "
    "stream recovery deploy webhook hmac shared symmetric session totp otp mfa rsa dsa ecdsa ed25519 aes token "
    "activation unsubscribe reset ssl tls cert certificate hashed feed remember login password passwd pwd wrapped push "
    "confirmation verification registration invitation invite consumer secure preshared reply priv credential enc kek "
    "autologin delete jwt stripe");
constexpr WordSet private_keys("private rsa dsa ecdsa ed25519 ssl tls cert certificate");
constexpr WordSet key_tokens("password reset activation confirmation verification registration invitation invite");
constexpr WordSet code_modifiers(
    "otp totp verification verify confirmation confirm recovery backup reset activation auth authorization login mfa "
    "2fa tfa factor fa security secret scratch password oauth one unlock sms pin");
constexpr WordSet code_tokens("reset verification verify confirmation activation auth authorization oauth");
constexpr WordSet link_modifiers("magic reset login signin password");
constexpr WordSet cookie_modifiers("session auth remember login csrf");
constexpr WordSet verifier_modifiers("code password srp scram pkce pwd oauth");
constexpr WordSet phrase_modifiers("recovery seed backup secret mnemonic wallet");
constexpr WordSet selector_modifiers("recover confirm remember reset");
/// A hash of these is what a link or cookie is held against.
constexpr WordSet hashed_tokens(
    "verify verification confirm confirmation reset login remember cookie activation auth invite");
/// What a URL that carries user and password leads to.
constexpr WordSet connected("database db redis amqp broker connection rabbitmq mongodb postgres postgresql mysql");
constexpr WordSet payment_services("stripe paystack live openai api");
constexpr WordSet chat_services("slack discord team mattermost chat incoming");

/// Before `token` these leave nothing else that it could be.
constexpr WordSet certain_tokens("access auth refresh bearer session csrf reset api");
constexpr WordSet answered("security secret sec challenge recovery");

/// `otpauth_url`, `auth_key` and others whose last word is not what they are.
std::optional<Credential> special_name(const Words& w) {
  if (has(w, "otpauth") || (has(w, "provisioning") && w.back() == "uri")) return Credential::second_factor;
  if (ends_with(w, {"key", "auth"}) || ends_with(w, {"auth", "header"}) || ends_with(w, {"auth", "data"}) ||
      ends_with(w, {"authorization", "header"}) || ends_with(w, {"basic", "auth"}) ||
      ends_with(w, {"header", "authorization"}) || ends_with(w, {"secure", "json", "data"}) ||
      ends_with(w, {"service", "account", "json"}) || ends_with(w, {"service", "account", "key"}))
    return Credential::secret;
  if (ends_with(w, {"access", "key", "id"})) return Credential::api_key;
  if (ends_with(w, {"webhook", "url"}) && any_before_last(w, chat_services)) return Credential::secret;
  if (ends_with(w, {"connection", "string"}) || ends_with(w, {"conn", "string"}) ||
      ends_with(w, {"secret", "key", "base"}) || ends_with(w, {"seed", "phrase"}) || w.back() == "dsn")
    return Credential::secret;
  if (w.size() > 1 && (w.back() == "url" || w.back() == "uri") && connected.contains(w[w.size() - 2]))
    return Credential::secret;
  if (ends_with(w, {"ssh", "private"}) || w == Words{"pem"}) return Credential::private_key;
  if (ends_with(w, {"client", "key"}) || w == Words{"dek"}) return Credential::secret;
  if (w.back() == "answer" && any_before_last(w, answered)) return Credential::password;
  if (w.size() > 1 && w.back() == "sk" && any_before_last(w, payment_services)) return Credential::api_key;
  if (ends_with(w, {"security", "stamp"})) return Credential::token;
  if (ends_with(w, {"password", "reset"})) return Credential::token;
  return std::nullopt;
}

std::optional<Credential> by_key(const Words& w, bool hashed) {
  if (has(w, "public") || has(w, "publishable")) return std::nullopt;
  if (w.size() == 1) return hashed ? std::optional(Credential::api_key) : std::nullopt;
  if (!any_before_last(w, key_modifiers)) return std::nullopt;
  if (any_before_last(w, private_keys)) return Credential::private_key;
  if (has(w, "session")) return Credential::session;
  if (any_before_last(w, key_tokens)) return Credential::token;
  return has(w, "api") || has(w, "access") ? Credential::api_key : Credential::secret;
}

std::optional<Credential> by_password(const Words& w, bool hashed) {
  const std::string& head = w.back();
  if (ends_with(w, {"pass", "word"})) return Credential::password;
  if (head == "password" && has(w, "one") && has(w, "time")) return Credential::second_factor;
  const bool found = password_nouns.contains(head) || (head == "pin" && w.size() == 1) ||
                     (head == "pass" && (hashed || w.size() == 1 || any_before_last(w, pass_modifiers))) ||
                     (head == "verifier" && any_before_last(w, verifier_modifiers));
  return found ? std::optional(Credential::password) : std::nullopt;
}

std::optional<Credential> by_head(const Words& w, bool hashed) {
  const std::string& head = w.back();
  if (second_factor_nouns.contains(head) || (hashed && w == Words{"scratch"})) return Credential::second_factor;
  if ((head == "secret" || head == "seed") && any_before_last(w, second_factors)) return Credential::second_factor;
  if (secret_nouns.contains(head)) return Credential::secret;
  const bool token = head == "token" && (!any_before_last(w, harmless_tokens) || any_before_last(w, certain_tokens));
  if (token || head == "jwt" || head == "oauth" || w == Words{"bearer"}) return Credential::token;
  if (head == "key") return by_key(w, hashed);
  if (head == "code" && any_before_last(w, code_modifiers))
    return any_before_last(w, code_tokens) ? Credential::token : Credential::second_factor;
  if ((hashed && hashed_tokens.contains(head)) || (head == "selector" && any_before_last(w, selector_modifiers)))
    return Credential::token;
  if (head == "csrf" || head == "xsrf") return Credential::token;
  if (head == "phrase" && any_before_last(w, phrase_modifiers)) return Credential::secret;
  if (head == "link" && any_before_last(w, link_modifiers)) return Credential::token;
  if (head == "cookie" && (w.size() == 1 || any_before_last(w, cookie_modifiers))) return Credential::session;
  return by_password(w, hashed);
}

}  // namespace

Reduced reduce(std::string_view name) {
  Reduced result{words(name), false};
  const auto is_number = [](const std::string& word) {
    return word.find_first_not_of("0123456789") == std::string::npos;
  };
  while (result.words.size() > 1 && (qualifiers.contains(result.words.back()) || is_number(result.words.back()))) {
    result.hashed = result.hashed || hash_qualifiers.contains(result.words.back());
    result.words.pop_back();
  }
  return result;
}

std::optional<Credential> credential_by_name(std::string_view name) {
  const auto whole = words(name);
  if (whole.empty()) return std::nullopt;
  const bool opaque = std::all_of(whole.begin(), whole.end(), [](const std::string& word) {
    return contents.contains(word) || encrypted.contains(word);
  });
  const bool vector_alone = whole.back() == "iv";
  if (opaque && !vector_alone && any_of(whole, encrypted)) return Credential::secret;
  if (whole.back() == "salt") return Credential::password;
  // The whole name first: "connection_string" ends with what would be taken for a qualifier.
  if (const auto special = special_name(whole)) return special;
  const auto [w, hashed] = reduce(name);
  if (const auto special = special_name(w)) return special;
  return by_head(w, hashed);
}

bool can_hold_credential(const catalog::Column& column) {
  using catalog::ValueClass;
  if (column.value_class == ValueClass::boolean) return false;
  if (column.value_class == ValueClass::number) {
    const Words w = reduce(column.name).words;
    const bool code =
        !w.empty() && (w.back() == "otp" || w.back() == "pin" || w.back() == "totp" || w.back() == "code");
    return code && !column.array;
  }
  constexpr std::array<std::string_view, 17> harmless = {"timestamp", "time",  "date",     "interval", "inet",   "cidr",
                                                         "macaddr",   "point", "polygon",  "box",      "circle", "line",
                                                         "path",      "lseg",  "tsvector", "tsquery",  "money"};
  const std::string_view type = column.type;
  const auto word = type.substr(0, type.find_first_of(" ([0123456789"));
  const bool range = word.size() > 5 && word.substr(word.size() - 5) == "range";
  return !range && std::find(harmless.begin(), harmless.end(), word) == harmless.end();
}

}  // namespace pgcoffer::policy
