#include "policy/credentials.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using Words = std::vector<std::string>;

/// Words behind a noun that leave it what it is: a hash of a password is a credential still.
constexpr WordSet qualifiers(
    "hash hashed digest encrypted enc cipher ciphertext crypt crypted salt iv tag value val data raw plain plaintext "
    "text "
    "string str json blob byte b64 base64 hex new old previous prev current pending temp tmp confirmation confirm sha "
    "sha1 "
    "sha256 sha512 md5 bcrypt argon argon2 scrypt hint history bidx pem der ciphered secure sent hmac");
constexpr WordSet hash_qualifiers("hash hashed digest encrypted enc cipher ciphertext crypted salt bidx hmac");

constexpr WordSet password_nouns("password passwd pwd passphrase passcode pw salt htpasswd");
constexpr WordSet pass_modifiers(
    "user db smtp ftp imap mysql pg email mail login admin root hashed encrypted proxy ldap bind");
constexpr WordSet secret_nouns("secret credential kubeconfig keystore pfx p12 pkcs12 mnemonic");
constexpr WordSet second_factor_nouns("otp totp hotp");
/// `token` after one of these is a place in a list, a piece of text, or a coin.
constexpr WordSet harmless_tokens(
    "page next continuation pagination sync cursor nft erc20 erc721 design vocab word text lexer css theme max min "
    "prompt "
    "completion input output total cached reasoning usage stop special lp base quote count num");
constexpr WordSet key_modifiers(
    "api private secret access encryption encrypted signing sign auth authentication authorization master server "
    "stream "
    "recovery deploy webhook hmac shared symmetric session totp otp mfa rsa dsa ecdsa ed25519 aes root token "
    "activation "
    "unsubscribe reset ssl tls cert certificate hashed feed remember login password passwd pwd service wrapped");
constexpr WordSet code_modifiers(
    "otp totp verification verify confirmation confirm recovery backup reset activation auth authorization login mfa "
    "2fa "
    "tfa factor fa security scratch password oauth time unlock sms pin");
constexpr WordSet link_modifiers("magic reset login signin password");
constexpr WordSet cookie_modifiers("session auth remember login csrf");
constexpr WordSet verifier_modifiers("code password srp scram pkce pwd");
constexpr WordSet chat_services("slack discord team mattermost chat incoming");

struct Reduced {
  Words words;          ///< without the qualifiers at the end
  bool hashed = false;  ///< one of them said hash, salt, encrypted …
};

Reduced reduce(std::string_view name) {
  Reduced result{words(name), false};
  while (result.words.size() > 1 && qualifiers.contains(result.words.back())) {
    result.hashed = result.hashed || hash_qualifiers.contains(result.words.back());
    result.words.pop_back();
  }
  return result;
}

bool has(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool any_before_last(const Words& words, const WordSet& set) {
  return std::any_of(words.begin(), words.end() - 1, [&](const std::string& word) { return set.contains(word); });
}

bool ends_with(const Words& words, std::initializer_list<std::string_view> end) {
  return words.size() >= end.size() &&
         std::equal(end.begin(), end.end(), words.end() - static_cast<std::ptrdiff_t>(end.size()));
}

/// `otpauth_url`, `auth_key` and others whose last word is not what they are.
std::optional<Credential> special_name(const Words& w) {
  if (has(w, "otpauth") || (has(w, "provisioning") && w.back() == "uri")) return Credential::second_factor;
  if (ends_with(w, {"key", "auth"}) || ends_with(w, {"auth", "header"}) || ends_with(w, {"authorization", "header"}))
    return Credential::secret;
  if (ends_with(w, {"access", "key", "id"})) return Credential::api_key;
  if (ends_with(w, {"webhook", "url"}) && any_before_last(w, chat_services)) return Credential::secret;
  if (ends_with(w, {"connection", "string"}) || ends_with(w, {"conn", "string"}) || ends_with(w, {"database", "url"}) ||
      ends_with(w, {"database", "uri"}) || ends_with(w, {"db", "url"}) || ends_with(w, {"secret", "key", "base"}) ||
      ends_with(w, {"seed", "phrase"}))
    return Credential::secret;
  if (w.back() == "answer" && (has(w, "security") || has(w, "secret"))) return Credential::password;
  if (ends_with(w, {"password", "reset"})) return Credential::token;
  return std::nullopt;
}

std::optional<Credential> by_key(const Words& w, bool hashed) {
  if (has(w, "public") || has(w, "publishable")) return std::nullopt;
  if (w.size() == 1) return hashed ? std::optional(Credential::api_key) : std::nullopt;
  if (!any_before_last(w, key_modifiers)) return std::nullopt;
  if (has(w, "private") || has(w, "rsa") || has(w, "ssl") || has(w, "tls")) return Credential::private_key;
  if (has(w, "session")) return Credential::session;
  if (has(w, "password") || has(w, "reset") || has(w, "activation")) return Credential::token;
  return has(w, "api") || has(w, "access") ? Credential::api_key : Credential::secret;
}

std::optional<Credential> by_name(std::string_view name) {
  const auto full = words(name);
  if (full.empty()) return std::nullopt;
  // "connection_string" ends with what would be taken for a qualifier.
  if (const auto special = special_name(full)) return special;
  const auto [w, hashed] = reduce(name);
  if (const auto special = special_name(w)) return special;
  const std::string& head = w.back();
  if (second_factor_nouns.contains(head)) return Credential::second_factor;
  if (head == "secret" &&
      (any_before_last(w, second_factor_nouns) || has(w, "factor") || has(w, "mfa") || has(w, "2fa")))
    return Credential::second_factor;
  if (head == "password" && has(w, "time")) return Credential::second_factor;
  if (password_nouns.contains(head) || (head == "pin" && w.size() == 1)) return Credential::password;
  if (head == "pass" && (hashed || w.size() == 1 || any_before_last(w, pass_modifiers))) return Credential::password;
  if (head == "pepper" || (head == "verifier" && any_before_last(w, verifier_modifiers))) return Credential::password;
  if (secret_nouns.contains(head)) return Credential::secret;
  if ((head == "token" && !any_before_last(w, harmless_tokens)) || head == "jwt") return Credential::token;
  if (head == "key") return by_key(w, hashed);
  if (head == "code" && any_before_last(w, code_modifiers)) {
    const bool token = has(w, "reset") || has(w, "verification") || has(w, "verify") || has(w, "confirmation") ||
                       has(w, "activation") || has(w, "auth") || has(w, "authorization");
    return token ? Credential::token : Credential::second_factor;
  }
  if (head == "link" && any_before_last(w, link_modifiers)) return Credential::token;
  if (head == "cookie" && any_before_last(w, cookie_modifiers)) return Credential::session;
  return std::nullopt;
}

/// Whether a value of the type can be a credential. A code may be a number; the others are texts, bytes, JSON or uuid.
bool can_hold(const catalog::Column& column, bool number_too) {
  using catalog::ValueClass;
  if (column.value_class == ValueClass::boolean) return false;
  if (column.value_class == ValueClass::number) return number_too && !column.array;
  constexpr std::array<std::string_view, 17> harmless = {"timestamp", "time",  "date",     "interval", "inet",   "cidr",
                                                         "macaddr",   "point", "polygon",  "box",      "circle", "line",
                                                         "path",      "lseg",  "tsvector", "tsquery",  "money"};
  const std::string_view type = column.type;
  const auto word = type.substr(0, type.find_first_of(" ([0123456789"));
  const bool range = word.size() > 5 && word.substr(word.size() - 5) == "range";
  return !range && std::find(harmless.begin(), harmless.end(), word) == harmless.end();
}

bool is_text(const catalog::Column& column) {
  return column.value_class == catalog::ValueClass::text && !column.array && column.type != "uuid" &&
         can_hold(column, false);
}

bool is_number_code(const Words& w) {
  return w.back() == "otp" || w.back() == "pin" || w.back() == "totp" || (w.back() == "code" && w.size() > 1);
}

/// What a table's name makes of it, before its columns are looked at.
std::optional<Credential> table_kind(const QualifiedName& name) {
  Words w = words(name.name);
  constexpr WordSet tails("request data store table list entry record activation denylist blacklist allowlist jti log");
  const bool listed = !w.empty() && tails.contains(w.back()) && w.back() != "log";
  while (w.size() > 1 && tails.contains(w.back())) w.pop_back();
  if (w.empty()) return std::nullopt;
  const std::string& head = w.back();
  if (head == "session") return Credential::session;
  if (head == "token" && !any_before_last(w, harmless_tokens)) return Credential::token;
  if (head == "jwt" && listed) return Credential::token;
  if (has(w, "password") && (head == "reset" || head == "recovery" || head == "reminder")) return Credential::token;
  if (ends_with(w, {"reset", "password"}) || ends_with(w, {"forgot", "password"})) return Credential::token;
  if (head == "verification" || head == "confirmation") return Credential::token;
  if (head == "grant" && (has(w, "oauth") || has(w, "oauth2") || has(w, "access"))) return Credential::token;
  if (head == "link" && any_before_last(w, link_modifiers)) return Credential::token;
  if (second_factor_nouns.contains(head) || ends_with(w, {"time", "password"})) return Credential::second_factor;
  if (head == "code" && (any_before_last(w, code_modifiers) || has(w, "device"))) return Credential::second_factor;
  if (head == "challenge" && (has(w, "mfa") || has(w, "otp") || has(w, "totp"))) return Credential::second_factor;
  if (head == "key" && (has(w, "api") || has(w, "access")) && !has(w, "public")) return Credential::api_key;
  return std::nullopt;
}

/// Tables whose rows stay, and whose columns with plain names hold credentials: Keycloak's `credential.value`.
std::optional<Credential> container_kind(const QualifiedName& name) {
  const Words w = words(name.name);
  if (w.empty() || has(w, "webauthn") || has(w, "passkey") || has(w, "public")) return std::nullopt;
  if (w.back() == "credential" || w.back() == "secret") return Credential::secret;
  if (ends_with(w, {"second", "factor"}) || w.back() == "authenticator") return Credential::second_factor;
  if (w.back() == "password") return Credential::password;
  return std::nullopt;
}

bool plain_name(const std::string& column, Credential kind) {
  constexpr WordSet plain("key value hash hashed digest code jti signature cipher ciphertext encrypted");
  constexpr WordSet in_sessions("sid sess data payload");
  const auto [w, hashed] = reduce(column);
  if (w.size() > 1)
    return kind == Credential::session &&
           (ends_with(w, {"session", "id"}) || ends_with(w, {"session", "hash"}) || w == Words{"session"});
  if (kind == Credential::session) return in_sessions.contains(w[0]) || ends_with(words(column), {"session", "data"});
  return plain.contains(w[0]) || (kind == Credential::second_factor && w[0] == "data");
}

/// Sessions of a conference or a training have none of these: the cookie's value, or the trail of a log-in.
bool looks_like_login_session(const catalog::Table& table) {
  bool secret = false, id = false, payload = false, client = false, user = false, expiry = false;
  for (const auto& column : table.columns) {
    const Words w = words(column.name);
    if (w.empty()) continue;
    const auto credential = by_name(column.name);
    secret = secret || (credential && can_hold(column, false)) || w[0] == "sid" || w[0] == "sess" ||
             ends_with(w, {"session", "data"}) || ends_with(w, {"session", "hash"});
    id = id || (ends_with(w, {"session", "id"}) && is_text(column));
    payload = payload || w == Words{"data"} || w == Words{"payload"};
    client = client || w[0] == "ip" || w[0] == "ipaddr" || ends_with(w, {"user", "agent"}) || w[0] == "useragent";
    user = user || (w.size() == 2 && (w[0] == "user" || w[0] == "account" || w[0] == "member") && w[1] == "id");
    expiry = expiry || w[0] == "expire" || w[0] == "expiry" || w[0] == "expiration" || w[0] == "expired" ||
             w[0] == "revoked" || ends_with(w, {"not", "after"}) ||
             (w[0] == "last" && w.size() > 1 && (w[1] == "activity" || w[1] == "active"));
  }
  return secret || (id && (payload || client || expiry)) || (payload && (client || expiry)) ||
         (expiry && (client || user));
}

}  // namespace

std::string reason(Credential kind) {
  switch (kind) {
    case Credential::password:
      return "credential: password";
    case Credential::session:
      return "credential: session";
    case Credential::token:
      return "credential: token";
    case Credential::api_key:
      return "credential: API key";
    case Credential::second_factor:
      return "credential: second factor";
    case Credential::private_key:
      return "credential: private key";
    case Credential::secret:
      return "credential: secret";
  }
  return "";
}

std::string after_restore(Credential kind) {
  switch (kind) {
    case Credential::password:
      return "users set new passwords";
    case Credential::session:
      return "users log in again";
    case Credential::token:
      return "tokens and links are issued again";
    case Credential::api_key:
      return "API keys are issued again";
    case Credential::second_factor:
      return "users enrol their second factor again";
    case Credential::private_key:
      return "new keys are made, and their public halves handed out";
    case Credential::secret:
      return "secrets of integrations and webhooks are set again";
  }
  return "";
}

std::optional<Credential> detect_column(const catalog::Table& table, const QualifiedName& name,
                                        const catalog::Column& column) {
  if (const auto found = by_name(column.name))
    return can_hold(column, is_number_code(reduce(column.name).words)) ? found : std::nullopt;
  auto kind = table_kind(name);
  if (kind == Credential::session && !looks_like_login_session(table)) kind.reset();
  if (!kind) kind = container_kind(name);
  if (!kind || !plain_name(column.name, *kind) || !can_hold(column, false)) return std::nullopt;
  return kind;
}

std::optional<Credential> detect_rows(const catalog::Table& table, const QualifiedName& name) {
  const auto kind = table_kind(name);
  if (!kind) return std::nullopt;
  if (*kind == Credential::session) return looks_like_login_session(table) ? kind : std::nullopt;
  const bool holds_one = std::any_of(table.columns.begin(), table.columns.end(), [&](const catalog::Column& column) {
    return can_hold(column, true) && (by_name(column.name) || plain_name(column.name, *kind));
  });
  return holds_one ? kind : std::nullopt;
}

std::string replacement(const catalog::Column& column) {
  if (column.array) return "{}";
  if (column.value_class == catalog::ValueClass::json) return "{}";
  if (column.value_class == catalog::ValueClass::number) return "0";
  if (column.type == "uuid") return "00000000-0000-0000-0000-000000000000";
  if (column.type == "public.hstore" || column.type == "hstore") return "";
  constexpr std::string_view text = "REMOVED";
  const auto open = column.type.find('(');
  if (open == std::string::npos) return std::string(text);
  const auto limit = std::strtoul(column.type.c_str() + open + 1, nullptr, 10);
  return std::string(text.substr(0, limit));
}

}  // namespace pgcoffer::policy
