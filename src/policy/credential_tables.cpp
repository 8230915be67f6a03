#include "policy/credential_tables.hpp"

#include <algorithm>

#include "policy/affixes.hpp"
#include "policy/credential_names.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

/// Words at a table's end that leave it what it is: `password_reset_requests`, `session_store`.
constexpr WordSet tails("request data store table list entry record activation attribute");
/// Whose sessions and tokens they are, when they are those of people or programs that log in.
constexpr WordSet log_in(
    "user auth authtoken web login admin http django account member customer api oauth oauth2 access refresh "
    "remember php device active express app core mobile staff employee sso saml oidc cas portal browser personal "
    "bearer reset password verification email confirmation activation jwt csrf bot service deploy ci codeigniter "
    "laravel rails wordpress wp flask spring router cake sys system panel shared external");
constexpr WordSet verified("email phone account user password mail registration identity login sms number");
constexpr WordSet short_lived_codes(
    "otp totp verification recovery backup reset auth authorization login mfa 2fa factor scratch onetime activation "
    "confirmation email sms pairing");
/// Before `session` these leave nothing else that it could be, whatever the columns are called.
constexpr WordSet sessions_for_certain("active login auth sso offline");
/// Before `token` the same: its columns may be but an id.
constexpr WordSet tokens_for_certain("user login remember auth session access bearer csrf");
/// Columns that sessions of a conference or a training have, and sessions of a browser have not.
constexpr WordSet events("title topic description capacity price speaker course room starts instructor agenda");
/// Which parts of a log-in session a table has.
struct SessionShape {
  bool cookie = false;   ///< the cookie's value or the session's content, by a name of their own
  bool id = false;       ///< a session id that is text
  bool text_id = false;  ///< the row's own
  bool payload = false, content = false, client = false, user = false, expiry = false;

  void add(const Column& column) {
    const Words w = words(column.name);
    if (w.empty()) return;
    const auto kind = credential_by_name(column.name);
    const bool credential = (kind == Credential::session || kind == Credential::token) && can_hold_credential(column);
    cookie = cookie || w[0] == "sid" || w[0] == "sess" || ends_with(w, {"session", "data"}) ||
             ends_with(w, {"session", "hash"}) || (w.back() == "session" && is_text(column) && w[0] != "uuid") ||
             (credential && (has(w, "session") || has(w, "csrf")));
    token = token || credential;
    id = id || (ends_with(w, {"session", "id"}) && is_text(column));
    text_id = text_id || ((w == Words{"id"} || w == Words{"key"} || w == Words{"sess", "id"}) && is_text(column));
    payload = payload || w == Words{"data"} || w == Words{"payload"} || w == Words{"data", "value"};
    content = content || w == Words{"content"};
    client = client || has(w, "ip") || w[0] == "ipaddr" || ends_with_one(w, "user agent,useragent,browser");
    user = user || ends_with_one(w, "user id,account id,member id,customer id,admin id,staff id,employee id");
    expiry = expiry || w[0] == "expire" || w[0] == "expiry" || w[0] == "expiration" || w[0] == "expired" ||
             w[0] == "revoked" || ends_with(w, {"not", "after"}) || ends_with(w, {"last", "activity"}) ||
             w[0] == "lastaccess" || ends_with(w, {"last", "access"}) ||
             (w.size() > 1 && w[0] == "last" && (w[1] == "active" || w[1] == "login")) || w[0] == "lifetime" ||
             w[0] == "ttl";
  }
  bool token = false;  ///< any token

  bool certain() const {
    return cookie || (id && payload) || (text_id && (payload || content) && (client || user)) ||
           (text_id && client && user) || (payload && expiry) || (token && expiry && client) ||
           (id && user && (expiry || client));
  }
  bool likely() const {
    return certain() || token || (id && (client || expiry)) || (payload && (client || expiry)) ||
           (expiry && (client || user)) || (client && user);
  }
};

}  // namespace

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

Words credential_table_words(const QualifiedName& name) {
  Words w = words_of_table(name.name);
  while (w.size() > 1 && tails.contains(w.back())) w.pop_back();
  return w;
}

std::optional<Credential> kind_by_table_name(const Words& w) {
  if (w.empty()) return std::nullopt;
  const std::string& head = w.back();
  if (head == "session") return Credential::session;
  if (has(w, "jwt") && (head == "denylist" || head == "blacklist" || head == "allowlist")) return Credential::token;
  if (ends_with_one(w, "remember me,rememberme,remember me cookie,persistent login,remembered login"))
    return Credential::token;
  constexpr WordSet asked_at_log_in("sso cas login auth recovery");
  if (head == "ticket" && any_before_last(w, asked_at_log_in)) return Credential::token;
  if (has(w, "password") &&
      (head == "reset" || head == "recovery" || head == "reminder" || head == "change" || head == "creation"))
    return Credential::token;
  constexpr WordSet of_people("user person account login member");
  if (head == "reset" && any_before_last(w, of_people)) return Credential::token;
  if (has(w, "lostpassword") || ends_with(w, {"reset", "password"}) || ends_with(w, {"forgot", "password"}))
    return Credential::token;
  if (head == "verification" && (w.size() == 1 || any_before_last(w, verified))) return Credential::token;
  if (head == "confirmation" && any_before_last(w, verified)) return Credential::token;
  if (head == "grant" && (has(w, "oauth") || has(w, "oauth2") || has(w, "access"))) return Credential::token;
  if (ends_with(w, {"api", "grant"})) return Credential::token;
  if (head == "code" && has(w, "device") && (has(w, "oauth") || has(w, "auth"))) return Credential::token;
  if (head == "code" && any_before_last(w, short_lived_codes)) return Credential::second_factor;
  if (head == "passcode") return Credential::second_factor;
  if (ends_with(w, {"time", "password"}) || ends_with(w, {"one", "time", "code"})) return Credential::second_factor;
  if (head == "challenge" && (has(w, "mfa") || has(w, "otp") || has(w, "totp"))) return Credential::second_factor;
  // Names that say it of columns say it of tables too: tokens, api_keys, magic_links, otps.
  if (head != "token" && head != "key" && head != "link" && head != "otp") return std::nullopt;
  constexpr WordSet keys("api access session login remember auth");
  if (head == "key" && !any_of(w, keys)) return std::nullopt;
  std::string name;
  for (const auto& word : w) name += word + "_";
  return credential_by_name(name);
}

bool is_session_table(const Table& table, const Words& name) {
  // Who saw which recording of a visit: numbers only.
  const bool holds_one = std::ranges::any_of(table.columns, can_hold_credential);
  if (!holds_one || has_column(table, events)) return false;
  if (any_before_last(name, sessions_for_certain)) return true;
  SessionShape shape;
  const Affixes affixes = affixes_of(table);
  for (const auto& column : table.columns) {
    shape.add(column);
    if (const auto rest = affixes.taken_off(column.name); rest != column.name) {
      Column bare = column;
      bare.name = rest;
      shape.add(bare);
    }
  }
  // "user_sessions" says it by its name; "sessions" alone, and behind what all tables begin with, may be those of a
  // course.
  constexpr std::size_t longest_prefix = 3;
  const bool alone =
      std::all_of(name.begin(), name.end() - 1, [](const std::string& word) { return word.size() <= longest_prefix; });
  return shape.certain() || any_before_last(name, log_in) ||
         (alone && (shape.likely() || shape.payload || (shape.text_id && shape.content) ||
                    (table.columns.size() <= 5 && shape.text_id && shape.user)));
}

bool is_certainly_of_credentials(const Words& w) {
  const bool oauth = has(w, "oauth") || has(w, "oauth2") || has(w, "personal");
  return ends_with(w, {"magic", "link"}) || w == Words{"auth", "code"} || w == Words{"authorization", "code"} ||
         ends_with(w, {"one", "time", "code"}) || ends_with(w, {"api", "key"}) || ends_with(w, {"refresh", "token"}) ||
         ends_with(w, {"reset", "token"}) || ends_with(w, {"verification", "token"}) ||
         ends_with(w, {"password", "reset"}) || (oauth && ends_with(w, {"access", "token"})) ||
         (oauth && ends_with(w, {"auth", "code"})) || (w.back() == "token" && any_before_last(w, tokens_for_certain));
}

std::optional<Credential> container_kind(Words w) {
  constexpr WordSet second_factors("otp totp hotp mfa 2fa twofactor");
  constexpr WordSet container_tails(
      "entity event history log archive value hash request store storage item entry version private data blob payload "
      "backup");
  while (w.size() > 1 && container_tails.contains(w.back())) w.pop_back();
  if (w.empty() || has(w, "webauthn") || has(w, "passkey") || has(w, "public")) return std::nullopt;
  if (w.back().ends_with("keypair") || ends_with_one(w, "key pair,private key,secret key,ssl key,tls key"))
    return Credential::private_key;
  constexpr WordSet stores("credential secret oauth keyring lockbox");
  if (stores.contains(w.back()) || has(w, "vault")) return Credential::secret;
  const bool two_factors = has(w, "two") && has(w, "factor");
  if (two_factors || ends_with(w, {"second", "factor"}) || w.back() == "authenticator" || any_of(w, second_factors))
    return Credential::second_factor;
  if (w.back() == "password") return Credential::password;
  // setup_keys, signing_keys: what a key of this name is, each row has.
  if (w.back() != "key" || w.size() < 2) return std::nullopt;
  std::string name;
  for (const auto& word : w) name += word + "_";
  return credential_by_name(name);
}

}  // namespace pgcoffer::policy
