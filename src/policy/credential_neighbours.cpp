#include "policy/credential_neighbours.hpp"

#include <algorithm>

#include "policy/credential_names.hpp"
#include "policy/credential_tables.hpp"
#include "policy/people_tables.hpp"
#include "policy/personal_data.hpp"
#include "policy/resemblance.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

bool any_column(const Table& table, const auto& test) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [&](const Column& column) { return test(words(column.name)); });
}

bool is_there(const Table& table, const Words& name) {
  return any_column(table, [&](const Words& each) { return each == name; });
}

bool has_word(const Table& table, const WordSet& which) {
  return any_column(table, [&](const Words& w) { return any_of(w, which); });
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

/// Whether a column of invitations is what one is accepted with: a key, or a code that is mailed to somebody. Codes
/// that are handed around are no secrets.
bool accepts_invitation(const Table& table, const Words& name, const Words& column) {
  constexpr WordSet invitations("invitation invite");
  constexpr WordSet mails("email mail invitee");
  if (name.empty() || !invitations.contains(name.back())) return false;
  const bool code = column == Words{"code"} || column == Words{"uuid"};
  return column == Words{"key"} || (code && has_column(table, mails) && !names_credential(table));
}

/// What browsers hand out so that messages can be pushed to them: an address and two keys, of which `auth` is secret.
bool receives_pushes(const Table& table) {
  constexpr WordSet parts("endpoint p256dh p256");
  return has_column(table, parts) ||
         any_column(table, [](const Words& w) { return !w.empty() && w.back() == "p256dh"; });
}

/// Whether its rows are links that open something to whoever has them.
bool shares_by_link(const Words& w) {
  constexpr WordSet shares("share shared public");
  return (has(w, "link") && any_of(w, shares)) || has(w, "sharelink") || has(w, "invitelink");
}

/// Whether a row is for somebody, and does for a while or once only: what is called a code or hash there was sent to
/// him. Coupons and invitations for many are none.
bool does_once(const Table& table, const Words& of_table) {
  constexpr WordSet gifts("coupon voucher promo promotion discount gift giftcard referral offer campaign product lock");
  constexpr WordSet counted("max usage use limit discount percent amount balance price redirect");
  constexpr WordSet ends("expire expired expiry expiration expiresin used consumed attempt try retry");
  const auto ends_soon = [&](const Words& w) {
    const bool until = ends_with(w, {"valid", "until"}) || ends_with(w, {"valid", "to"});
    return !w.empty() && (ends.contains(w[0]) || ends.contains(w.back()) || until ||
                          (w.size() > 1 && w[0] == "is" && ends.contains(w[1])));
  };
  const auto whose = [](const Words& w) {
    return ends_with_one(w, "user id,account id,member id,customer id,email,phone,phone number,mobile,user name,uid");
  };
  return !any_of(of_table, gifts) && !has_column(table, counted) && any_column(table, ends_soon) &&
         any_column(table, whose);
}

/// Tables of what was sent to somebody to show that an address or account is his.
bool shows_whose_it_is(const Words& of_table) {
  constexpr WordSet whose("email mail phone account user password login registration signup awaiting pending");
  constexpr WordSet done("change activation verification confirmation validation recovery forgot deletion unlock");
  return any_of(of_table, whose) && any_of(of_table, done);
}

/// Whether a column beside it says which key, or from which start, it was encrypted with: `headers` beside
/// `headers_key_id`. Personal data is encrypted, too.
bool is_kept_encrypted(const Table& table, const Column& column, const Words& w) {
  if (column.value_class == catalog::ValueClass::number || detect_personal_data(table, table.name, column))
    return false;
  constexpr WordSet locked("key secret data seed");
  const auto is_of_it = [&](const Words& other) {
    if (other.size() <= w.size() || !std::equal(w.begin(), w.end(), other.begin())) return false;
    const Words rest(other.begin() + static_cast<std::ptrdiff_t>(w.size()), other.end());
    return rest == Words{"key", "id"} || rest == Words{"iv"} || (rest == Words{"nonce"} && locked.contains(w.back())) ||
           rest == Words{"encryption", "key", "id"};
  };
  return !w.empty() && w.back() != "id" && any_column(table, is_of_it);
}

/// Bytes that are called a key are no name by which something is found, unless things are stored under it; and lists of
/// keys that are no texts are not the names of columns.
bool is_key_itself(const Words& of_table, const Column& column, const Words& w) {
  constexpr WordSet stores("cache kv store storage entry object chunk lock queue setting state index trie map item");
  constexpr WordSet older("old previous prev current new next retired active rotated");
  Words rest = w;
  while (rest.size() > 1 && older.contains(rest.front())) rest.erase(rest.begin());
  if (rest != Words{"key"} || has(of_table, "public")) return false;
  if (column.base_type == "bytea") return !any_of(of_table, stores);
  constexpr WordSet named("translation locale message index table constraint theme license config setting");
  return column.name.ends_with('s') && column.value_class == catalog::ValueClass::json && !any_of(of_table, named);
}

/// Keys that programs log in with may be used for a while, by somebody, or for something; keys of caches and of
/// dictionaries are but names.
bool hands_out_keys(const Table& table, const Words& of_table) {
  constexpr WordSet parts("expire expired expiry expiration revoked scope permission prefix start ratelimit");
  constexpr WordSet others("cache translation locale idempotency dedup config setting lock public gpg pgp");
  return !of_table.empty() && of_table.back() == "key" && !any_of(of_table, others) &&
         (has_column(table, parts) || any_column(table, [](const Words& w) {
            return ends_with(w, {"last", "used"});
          }));
}

/// Tables of what is mailed to somebody so that he confirms it.
bool is_confirmed_by_mail(const Table& table, const Words& of_table) {
  constexpr WordSet mails("email mail");
  constexpr WordSet confirmations("confirmation verification activation");
  return !of_table.empty() && confirmations.contains(of_table.back()) && has_column(table, mails);
}

/// Requests to servers as they were sent, with what they logged in with.
bool records_requests(const Table& table) {
  return has_column_called(table, "cookie") && has_column(table, WordSet("header request body"));
}

/// Routers and switches, whose `enable_password` is no flag.
bool is_of_network(const Table& table, const Words& of_table) {
  constexpr WordSet devices("nas snmp device router switch firewall host node");
  return any_of(of_table, devices) || has_word(table, WordSet("ssh telnet snmp vty"));
}

/// What SIM cards and networks prove themselves with, beside the number that a card goes by.
bool is_of_sim(const Table& table, const Words& w) {
  return (w == Words{"ki"} || w == Words{"opc"}) && has_word(table, WordSet("imsi"));
}

/// A key and the start of a cipher, of which payment services make what they sign with.
bool makes_hashes(const Table& table, const Words& w) {
  const Words key{"hash", "key"}, iv{"hash", "iv"};
  return (w == key && is_there(table, iv)) || (w == iv && is_there(table, key));
}

/// What a device without a keyboard logs in with (RFC 8628): one code for it, and one that its user types elsewhere.
bool logs_in_a_device(const Table& table, const Words& w) {
  const Words device{"device", "code"}, user{"user", "code"};
  return (w == device && is_there(table, user)) || (w == user && is_there(table, device));
}

/// Where a chat service takes messages from whoever knows the address.
bool posts_to_chat(const Words& of_table, const Words& w) {
  constexpr WordSet services("slack discord mattermost rocketchat msteams googlechat");
  constexpr WordSet addresses("url uri endpoint webhook hook");
  return any_of(of_table, services) && w.size() <= 2 && addresses.contains(w.back()) &&
         (w.size() == 1 || w[0] == "webhook" || w[0] == "hook");
}

/// What a browser is known by to whoever is logged in with it, in whatever table: of a search, a file, an event. Chats,
/// models and checks of an address have sessions that open nothing, and no id that rows are found by is worth an error.
bool is_session_of_browser(const Table& table, const Words& of_table, const Column& column, const Words& w) {
  constexpr WordSet chats(
      "chat message conversation ai agent topic thread prompt usage spend bot llm model whatsapp "
      "validation");
  constexpr WordSet which("session sess external last browser current active user");
  constexpr WordSet ids("id uuid guid");
  const bool session =
      (ids.contains(w.back()) && w.size() > 1 && (w[w.size() - 2] == "session" || w[w.size() - 2] == "sess"));
  const bool plain =
      session && std::all_of(w.begin(), w.end() - 1, [&](const auto& word) { return which.contains(word); });
  constexpr WordSet of_chats("prompt completion llm embedding conversation chat");
  // Of whoever visits a page, with a chat in it.
  const bool of_visitors = any_of(of_table, WordSet("embed embedded widget"));
  if (plain && of_visitors && is_text(column)) return true;
  // Which of them log in is told by their shape.
  const bool sessions = !of_table.empty() && of_table.back() == "session";
  return plain && !sessions && is_text(column) && !is_in_key(table, column) && !any_of(of_table, chats) &&
         !has_word(table, of_chats);
}

/// With which somebody who got a mail confirms something, or gets no more of them. A key by which signatures are
/// verified stands beside what is signed, and not beside a name alone.
bool is_sent_by_mail(const Table& table, const Column& column, const Words& w) {
  constexpr WordSet done("confirm verify activate unsubscribe optin optout reset");
  constexpr WordSet mails("email mail username");
  constexpr WordSet signed_things("signature algorithm public sign verifier");
  if (w.size() != 2 || !done.contains(w[0]) || !is_text(column)) return false;
  const bool whose = has_column(table, mails) || is_there(table, {"user", "name"});
  return whose && (w[1] == "id" || (w == Words{"verify", "key"} && !has_word(table, signed_things)));
}

/// What is sent along to a server whose address stands beside it.
bool is_sent_to_server(const Table& table, const Column& column, const Words& w) {
  constexpr WordSet addresses("url uri endpoint");
  return w == Words{"authorization"} && is_text(column) && has_word(table, addresses);
}

/// Where services that tell people something take it from whoever knows the address, beside what others log in with.
bool is_webhook_of_messages(const Table& table, const Words& of_table, const Column& column, const Words& w) {
  constexpr WordSet messages("notification notifier alert notify");
  return w == Words{"webhook"} && is_text(column) && any_of(of_table, messages) && names_credential(table);
}

/// What programs log in to Vault with, instead of a name and a password; elsewhere these are the numbers of rows.
bool is_of_app_role(const Table& table, const Words& of_table, const Words& w) {
  const Words role{"role", "id"}, secret{"secret", "id"};
  const bool both = (w == role && is_there(table, secret)) || (w == secret && is_there(table, role));
  return both &&
         (any_of(of_table, WordSet("vault approle")) || has_column(table, WordSet("url address addr endpoint")));
}

/// Environments are handed to programs, with the secrets that these need.
bool is_handed_to_programs(const Words& of_table, const Words& w) {
  constexpr WordSet environments("environment env");
  return w == Words{"variable"} && !of_table.empty() && environments.contains(of_table.back());
}

/// What the library oidc-provider keeps of all that it hands out, in one table for all its models.
std::optional<Credential> kind_of_oidc_model(const Table& table, const Words& of_table, const Words& w) {
  const bool models = has(of_table, "oidc") && is_there(table, {"payload"}) && is_there(table, {"user", "code"});
  if (!models) return std::nullopt;
  if (w == Words{"payload"}) return Credential::secret;
  return w == Words{"id"} || w == Words{"user", "code"} ? std::optional(Credential::token) : std::nullopt;
}

/// By which those who are not logged in find what was shared with them, perhaps with a password besides.
bool opens_what_is_shared(const Table& table, const Words& of_table, const Column& column, const Words& w) {
  if (!is_text(column) || w.empty() || of_table.empty() || w.front() == "fk") return false;
  constexpr WordSet shared(
      "chat conversation thread website site dashboard report document note page playlist album board whiteboard "
      "diagram canvas map view snippet paste form survey calendar workflow");
  if (w == Words{"share", "id"}) return shared.contains(of_table.back());
  const bool of_login = any_column(table, [](const Words& each) {
    return ends_with_one(each, "user,user name,login,email,host,port,url,uri,server");
  });
  const bool guarded = is_there(table, {"password"}) && !of_login && !is_about_people(table.name);
  const bool own = w.size() > 1 && w.back() == "id" && has(of_table, w[w.size() - 2]);
  return guarded && (w == Words{"uuid"} || (own && any_of(of_table, WordSet("share shared"))));
}

/// The token that a request came with, where all of it is written down.
bool is_token_of_request(const Table& table, const Column& column, const Words& w) {
  return w == Words{"token", "identifier"} && is_text(column) && has_column(table, WordSet("header")) &&
         has_column(table, WordSet("path url uri method"));
}

/// What a column with such a name is in tables that are known by what else they hold.
std::optional<Credential> kind_in_such_tables(const Table& table, const Words& of_table, const Words& w) {
  if (is_of_sim(table, w) || makes_hashes(table, w)) return Credential::secret;
  if (is_of_app_role(table, of_table, w) || is_handed_to_programs(of_table, w)) return Credential::secret;
  if (const auto kind = kind_of_oidc_model(table, of_table, w)) return kind;
  // Elsewhere it is a primary key.
  if (w == Words{"pkey"} && names_credential(table)) return Credential::private_key;
  if (logs_in_a_device(table, w)) return Credential::token;
  if (w == Words{"code"} && ends_with(of_table, {"device", "code"})) return Credential::token;
  constexpr WordSet wallets("wallet mnemonic keypair hdwallet");
  if (w == Words{"seed"} && any_of(of_table, wallets)) return Credential::secret;
  constexpr WordSet pushes("push gcm fcm apn gcmdevice fcmdevice apnsdevice webpush webpushdevice");
  if (w == Words{"registration", "id"} && any_of(of_table, pushes)) return Credential::token;
  if (w == Words{"verifier"} && any_of(of_table, WordSet("oauth oauth2 pkce"))) return Credential::token;
  constexpr WordSet hashes("hash hashed digest");
  if (w.size() == 1 && hashes.contains(w[0]) && hands_out_keys(table, of_table)) return Credential::api_key;
  constexpr WordSet proven("auth login session remember");
  if (w == Words{"hash"} && ends_with(of_table, {"hash"}) && any_of(of_table, proven)) return Credential::token;
  if (w == Words{"cid"} && is_confirmed_by_mail(table, of_table)) return Credential::token;
  if (w == Words{"auth"} && records_requests(table)) return Credential::secret;
  // What ASP.NET encrypts its cookies with.
  if (w == Words{"xml"} && ends_with(of_table, {"data", "protection", "key"})) return Credential::secret;
  const bool enabled_with = w == Words{"enable", "password"} || w == Words{"enable", "secret"};
  if (enabled_with && is_of_network(table, of_table)) return Credential::password;
  return std::nullopt;
}

/// What a column with a name of one plain word is in tables of these names.
std::optional<Credential> kind_of_plain_column(const Table& table, const Words& of_table, const Words& w) {
  constexpr WordSet networks("nas snmp device router switch printer");
  if (w == Words{"combination"} && any_of(of_table, WordSet("lock locker safe"))) return Credential::secret;
  constexpr WordSet programs("api webservice webhook cipher hmac");
  constexpr WordSet certificates("certificate cert tls ssl");
  if (w == Words{"code"} && grants_by_code(table)) return Credential::token;
  if (const auto kind = kind_in_such_tables(table, of_table, w)) return kind;
  if (w == Words{"community"} && any_of(of_table, networks)) return Credential::secret;
  if (w == Words{"key"} && any_of(of_table, programs)) return Credential::secret;
  constexpr WordSet locked("encrypted sealed");
  if (w == Words{"value"} && any_of(of_table, locked)) return Credential::secret;
  if (w == Words{"key"} && has_column_called(table, "secret")) return Credential::api_key;
  if (w == Words{"key"} && any_of(of_table, certificates)) return Credential::private_key;
  if (!w.empty() && w.size() <= 2 && w.back() == "auth" && receives_pushes(table)) return Credential::secret;
  // Whose public half stands beside it.
  if (w == Words{"private"} && has_column_called(table, "public")) return Credential::private_key;
  // What accounts of some games log in with: a verifier and its salt.
  const bool srp =
      (w == Words{"v"} && has_column_called(table, "s")) || (w == Words{"s"} && has_column_called(table, "v"));
  if (srp && names_credential(table)) return Credential::password;
  constexpr WordSet services("provider integration gateway");
  const bool names_setting = has_column(table, WordSet("value val data name title"));
  if (w == Words{"key"} && any_of(of_table, services) && !names_setting) return Credential::api_key;
  if (w == Words{"auth"} && any_of(of_table, WordSet("provider integration gateway datasource")))
    return Credential::secret;
  // Of a service that is called at an address of its own.
  const bool called =
      any_column(table, [](const Words& each) { return ends_with_one(each, "base url,api base,api url"); });
  if (w == Words{"key"} && called && !has_column_called(table, "value")) return Credential::api_key;
  if (w == Words{"key"} && has(of_table, "private")) return Credential::private_key;
  if (w == Words{"challenge"} && of_table == Words{"challenge"}) return Credential::token;
  constexpr WordSet of_links("key hash code uuid guid");
  constexpr WordSet mailings("mailing newsletter subscriber subscribe unsubscribe optin");
  constexpr WordSet payments("payment gateway processor paypal");
  if (w.size() == 1 && of_links.contains(w[0]) && shares_by_link(of_table)) return Credential::token;
  if (w == Words{"hash"} && any_of(of_table, mailings)) return Credential::token;
  if ((w == Words{"hashed"} || w == Words{"hash"}) && has_column_called(table, "prefix")) return Credential::token;
  constexpr WordSet hotspots("wifi wlan hotspot captive guestnet");
  if (w == Words{"code"} && any_of(of_table, hotspots)) return Credential::token;
  if (w == Words{"nonce"} && of_table == Words{"nonce"}) return Credential::token;
  if (w == Words{"signature"} && any_of(of_table, payments) && names_credential(table)) return Credential::secret;
  if (w == Words{"session", "id"} && has(of_table, "online")) return Credential::session;
  if (w == Words{"signature"} && (has(of_table, "oauth") || has(of_table, "oauth2"))) return Credential::token;
  if (w == Words{"session"} && has_column(table, WordSet("ip ipaddr ipaddress remote"))) return Credential::session;
  if (w == Words{"verifier"} && names_credential(table, Credential::password)) return Credential::password;
  return accepts_invitation(table, of_table, w) ? std::optional(Credential::token) : std::nullopt;
}

}  // namespace

bool has_column_called(const Table& table, std::string_view name) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [&](const Column& column) { return words(column.name) == Words{std::string(name)}; });
}

std::optional<Credential> kind_by_neighbours(const Table& table, const QualifiedName& name, const Column& column,
                                             const Words& w) {
  if (w.empty()) return std::nullopt;
  if (const auto plain = kind_of_plain_column(table, credential_table_words(name), w)) return plain;
  const Words of_table = words_of_table(name.name);
  if (is_session_of_browser(table, of_table, column, w)) return Credential::session;
  if (is_sent_by_mail(table, column, w) || opens_what_is_shared(table, of_table, column, w) ||
      is_token_of_request(table, column, w))
    return Credential::token;
  // Whose code it is.
  const bool of_somebody = has_word(table, WordSet("user username email phone client member account"));
  if (w == Words{"code", "hash"} && is_text(column) && of_somebody) return Credential::token;
  // With which a domain goes to another registrar.
  const bool domain = any_of(of_table, WordSet("domain")) || has_word(table, WordSet("tld registrar sld"));
  if ((w == Words{"transfer", "code"} || w == Words{"auth", "info"}) && domain) return Credential::secret;
  // Which is sent to a telephone, and typed in here.
  constexpr WordSet checked("validated verified confirmed");
  if (w == Words{"code"} && any_of(of_table, WordSet("phone mobile email")) && has_column(table, checked))
    return Credential::second_factor;
  if (w == Words{"code"} && any_of(of_table, WordSet("saml oidc"))) return Credential::token;
  const bool invites = !of_table.empty() && any_of({of_table.back()}, WordSet("invitation invite"));
  if (invites && w.size() == 1 && any_of(w, WordSet("url link"))) return Credential::token;
  constexpr WordSet programs("application app client");
  if (w == Words{"key"} && is_text(column) && of_table.size() == 1 && any_of(of_table, programs) &&
      !has_column_called(table, "value"))
    return Credential::api_key;
  constexpr WordSet sent("code key hash digest pin ott");
  const bool unique = w == Words{"unique", "code"} || w == Words{"code", "unique"};
  const bool says_little = ((w.size() == 1 && sent.contains(w[0])) || unique) && is_text(column);
  if (says_little && (does_once(table, of_table) || shows_whose_it_is(of_table))) return Credential::token;
  const bool sent_along = is_sent_to_server(table, column, w) || is_webhook_of_messages(table, of_table, column, w);
  const bool secret = sent_along || is_key_itself(of_table, column, w) || posts_to_chat(of_table, w) ||
                      is_kept_encrypted(table, column, w);
  return secret ? std::optional(Credential::secret) : std::nullopt;
}

bool names_credential(const Table& table, std::optional<Credential> kind) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
    const auto found = credential_by_name(column.name);
    return found && (!kind || found == kind) && can_hold_credential(column);
  });
}

}  // namespace pgcoffer::policy
