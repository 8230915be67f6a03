#include "policy/credentials.hpp"

#include <algorithm>
#include <cstdlib>

#include "policy/credential_names.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

/// Words at a table's end that leave it what it is: `password_reset_requests`, `session_store`.
constexpr WordSet tails("request data store table list entry record activation attribute");
/// Whose sessions and tokens they are, when they are those of people or programs that log in.
constexpr WordSet log_in(
    "user auth authtoken web login admin http django account member customer api oauth oauth2 access refresh remember "
    "php "
    "device active express app core mobile staff employee sso saml oidc cas portal browser personal bearer reset "
    "password "
    "verification email confirmation activation jwt csrf bot service deploy ci codeigniter laravel rails wordpress wp "
    "flask spring");
constexpr WordSet verified("email phone account user password mail registration identity login sms number");
constexpr WordSet short_lived_codes(
    "otp totp verification recovery backup reset auth authorization login mfa 2fa factor scratch onetime");
/// Before `session` these leave nothing else that it could be, whatever the columns are called.
constexpr WordSet sessions_for_certain("active login auth sso");
/// Before `token` the same: its columns may be but an id.
constexpr WordSet tokens_for_certain("user login remember auth session access bearer csrf");
/// Columns that sessions of a conference or a training have, and sessions of a browser have not.
constexpr WordSet events("title topic description capacity price speaker course room starts instructor agenda");
/// Columns of dictionaries and coins, where `token` is no secret.
constexpr WordSet vocabulary("lemma frequency embedding symbol decimal chain contract ticker supply position");

bool has_column(const Table& table, const WordSet& names) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
    const Words w = words(column.name);
    return !w.empty() && names.contains(w[0]);
  });
}

bool is_text(const Column& column) {
  return column.value_class == catalog::ValueClass::text && !column.array && column.type != "uuid" &&
         can_hold_credential(column);
}

/// Which parts of a log-in session a table has.
struct SessionShape {
  bool cookie = false;   ///< the cookie's value or the session's content, by a name of their own
  bool id = false;       ///< a session id that is text
  bool text_id = false;  ///< the row's own
  bool payload = false, client = false, user = false, expiry = false;

  void add(const Column& column) {
    const Words w = words(column.name);
    if (w.empty()) return;
    const auto kind = credential_by_name(column.name);
    const bool credential = (kind == Credential::session || kind == Credential::token) && can_hold_credential(column);
    cookie = cookie || w[0] == "sid" || w[0] == "sess" || ends_with(w, {"session", "data"}) ||
             ends_with(w, {"session", "hash"}) || (w.back() == "session" && is_text(column)) ||
             (credential && (has(w, "session") || has(w, "csrf")));
    token = token || credential;
    id = id || (ends_with(w, {"session", "id"}) && is_text(column));
    text_id = text_id || (w == Words{"id"} && is_text(column));
    payload = payload || w == Words{"data"} || w == Words{"payload"};
    client = client || w[0] == "ip" || w[0] == "ipaddr" || ends_with(w, {"user", "agent"}) || w[0] == "useragent";
    user = user || (w.size() == 2 && (w[0] == "user" || w[0] == "account" || w[0] == "member") && w[1] == "id");
    expiry = expiry || w[0] == "expire" || w[0] == "expiry" || w[0] == "expiration" || w[0] == "expired" ||
             w[0] == "revoked" || ends_with(w, {"not", "after"}) || ends_with(w, {"last", "activity"}) ||
             w[0] == "lastaccess" || ends_with(w, {"last", "access"}) ||
             (w.size() > 1 && w[0] == "last" && w[1] == "active");
  }
  bool token = false;  ///< any token

  bool certain() const { return cookie || (id && payload) || (payload && expiry); }
  bool likely() const {
    return certain() || token || (id && (client || expiry)) || (payload && (client || expiry)) ||
           (expiry && (client || user));
  }
};

bool is_session_table(const Table& table, const Words& name) {
  if (has_column(table, events)) return false;
  if (any_before_last(name, sessions_for_certain)) return true;
  SessionShape shape;
  for (const auto& column : table.columns) shape.add(column);
  // "user_sessions" says it by its name; "sessions" alone may be those of a course.
  return shape.certain() || any_before_last(name, log_in) ||
         (name.size() == 1 &&
          (shape.likely() || shape.payload || (table.columns.size() <= 5 && shape.text_id && shape.user)));
}

/// What a table's name makes of it, before its columns are looked at.
std::optional<Credential> table_kind(const Words& w) {
  if (w.empty()) return std::nullopt;
  const std::string& head = w.back();
  if (head == "session") return Credential::session;
  if (has(w, "jwt") && (head == "denylist" || head == "blacklist" || head == "allowlist")) return Credential::token;
  if (has(w, "password") && (head == "reset" || head == "recovery" || head == "reminder")) return Credential::token;
  if (has(w, "lostpassword") || ends_with(w, {"reset", "password"}) || ends_with(w, {"forgot", "password"}))
    return Credential::token;
  if (head == "verification" && (w.size() == 1 || any_before_last(w, verified))) return Credential::token;
  if (head == "confirmation" && any_before_last(w, verified)) return Credential::token;
  if (head == "grant" && (has(w, "oauth") || has(w, "oauth2") || has(w, "access"))) return Credential::token;
  if (head == "code" && has(w, "device") && (has(w, "oauth") || has(w, "auth"))) return Credential::token;
  if (head == "code" && any_before_last(w, short_lived_codes)) return Credential::second_factor;
  if (ends_with(w, {"time", "password"}) || ends_with(w, {"one", "time", "code"})) return Credential::second_factor;
  if (head == "challenge" && (has(w, "mfa") || has(w, "otp") || has(w, "totp"))) return Credential::second_factor;
  // Names that say it of columns say it of tables too: tokens, api_keys, magic_links, otps.
  if (head != "token" && head != "key" && head != "link" && head != "otp") return std::nullopt;
  if (head == "key" && !has(w, "api") && !has(w, "access")) return std::nullopt;
  std::string name;
  for (const auto& word : w) name += word + "_";
  return credential_by_name(name);
}

/// Tables of which the name says all, whatever their columns are called: Laravel's oauth_access_tokens have the token
/// in their `id`.
bool is_certain(const Words& w) {
  const bool oauth = has(w, "oauth") || has(w, "oauth2") || has(w, "personal");
  return ends_with(w, {"magic", "link"}) || ends_with(w, {"one", "time", "code"}) || ends_with(w, {"api", "key"}) ||
         ends_with(w, {"refresh", "token"}) || ends_with(w, {"reset", "token"}) ||
         ends_with(w, {"verification", "token"}) || ends_with(w, {"password", "reset"}) ||
         (oauth && ends_with(w, {"access", "token"})) || (oauth && ends_with(w, {"auth", "code"})) ||
         (w.back() == "token" && any_before_last(w, tokens_for_certain));
}

Words table_words(const QualifiedName& name) {
  Words w = words(name.name);
  while (w.size() > 1 && tails.contains(w.back())) w.pop_back();
  return w;
}

/// Variables that are handed to programs, of which some are marked as secret. Settings that are so marked stay: what is
/// no secret among them would be missed.
bool marks_secrets(const Table& table, const Words& name) {
  if (name.empty() || name.back() != "variable") return false;
  constexpr WordSet marks("masked protected sensitive secret encrypted");
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
    const Words w = words(column.name);
    return column.value_class == catalog::ValueClass::boolean && !w.empty() && marks.contains(w.back());
  });
}

/// What OAuth hands out to be changed into a token: a code, beside what it is for.
bool grants_by_code(const Table& table) {
  constexpr WordSet parts("redirect scope grant challenge nonce");
  const bool oauth = has_column(table, parts);
  return oauth && std::any_of(table.columns.begin(), table.columns.end(), [](const Column& column) {
           const Words w = words(column.name);
           return ends_with(w, {"client", "id"}) || ends_with(w, {"application", "id"}) ||
                  ends_with(w, {"app", "id"}) || w == Words{"clientid"};
         });
}

/// Tables whose rows stay, and whose columns with plain names hold credentials: Keycloak's `credential.value`.
std::optional<Credential> container_kind(Words w) {
  constexpr WordSet second_factors("otp totp hotp");
  if (!w.empty() && w.back() == "entity") w.pop_back();
  if (w.empty() || has(w, "webauthn") || has(w, "passkey") || has(w, "public")) return std::nullopt;
  if (w.back().ends_with("keypair") || ends_with(w, {"key", "pair"})) return Credential::private_key;
  if (w.back() == "credential" || w.back() == "secret") return Credential::secret;
  if (ends_with(w, {"second", "factor"}) || w.back() == "authenticator" || any_of(w, second_factors))
    return Credential::second_factor;
  if (w.back() == "password") return Credential::password;
  return std::nullopt;
}

/// Whether a name that says nothing by itself is that of the credential in a table of this kind.
bool plain_name(const std::string& column, Credential kind) {
  constexpr WordSet plain("key value hash hashed digest code jti signature");
  constexpr WordSet in_sessions("sid sess data payload");
  constexpr WordSet in_containers("data config payload");
  const Words w = reduce(column).words;
  if (w.empty()) return false;
  if (kind == Credential::session)
    return (w.size() == 1 && in_sessions.contains(w[0])) || ends_with(w, {"session", "id"}) || w == Words{"session"};
  if (w.size() > 1) return false;
  const bool container = kind == Credential::secret || kind == Credential::second_factor;
  return plain.contains(w[0]) || (container && in_containers.contains(w[0]));
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

std::optional<Credential> detect_column(const Table& table, const QualifiedName& name, const Column& column) {
  if (!can_hold_credential(column)) return std::nullopt;
  if (const auto found = credential_by_name(column.name)) {
    const bool word = words(column.name) == Words{"token"} && has_column(table, vocabulary);
    return word ? std::nullopt : found;
  }
  const Words w = table_words(name);
  auto kind = table_kind(w);
  if (kind == Credential::session && !is_session_table(table, w)) kind.reset();
  if (!kind) kind = container_kind(words(name.name));
  const Words w_column = words(column.name);
  if (w_column == Words{"code"} && grants_by_code(table)) return Credential::token;
  if (w_column == Words{"value"} && marks_secrets(table, words(name.name))) return Credential::secret;
  return kind && plain_name(column.name, *kind) ? kind : std::nullopt;
}

std::optional<Credential> detect_rows(const Table& table, const QualifiedName& name) {
  const Words w = table_words(name);
  const auto kind = table_kind(w);
  if (!kind || has_column(table, vocabulary)) return std::nullopt;
  if (*kind == Credential::session) return is_session_table(table, w) ? kind : std::nullopt;
  const bool certain = is_certain(w);
  const bool holds_one = std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
    // A token may be what its row is found by; ids that are no text are none.
    const bool id = w.back() == "token" && words(column.name) == Words{"id"} && is_text(column);
    return can_hold_credential(column) &&
           (certain || id || credential_by_name(column.name) || plain_name(column.name, *kind));
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
