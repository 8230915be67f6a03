#include "policy/credentials.hpp"

#include <algorithm>
#include <cstdlib>

#include "policy/affixes.hpp"
#include "policy/column_sql.hpp"
#include "policy/credential_names.hpp"
#include "policy/credential_neighbours.hpp"
#include "policy/credential_tables.hpp"
#include "policy/domain_names.hpp"
#include "policy/flags.hpp"
#include "policy/key_values.hpp"
#include "policy/people_tables.hpp"
#include "policy/personal_data.hpp"
#include "policy/personal_names.hpp"
#include "policy/personal_neighbours.hpp"
#include "policy/resemblance.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

/// Columns of dictionaries and coins, where `token` is no secret.
constexpr WordSet vocabulary(
    "lemma frequency embedding symbol decimal chain contract ticker supply position weight spam");

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

/// Variables that are called secret, every one.
bool holds_secret_variables(const Words& name) {
  return ends_with(name, {"secret", "variable"});
}

/// Whether there is a name to log in with.
bool has_login(const Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(), [](const Column& column) {
    return ends_with_one(words(column.name), "user,user name,login,email");
  });
}

/// How many characters a text has room for, if that is limited.
std::optional<unsigned long> limit_of(const Column& column) {
  const auto open = column.full_type.find('(');
  if (open == std::string::npos) return std::nullopt;
  return std::strtoul(column.full_type.c_str() + open + 1, nullptr, 10);
}

/// Whether a text has room for as many characters as a token has, and no flag or status does.
bool has_room_for_token(const Column& column) {
  constexpr unsigned long fewest = 20;
  return limit_of(column).value_or(0) >= fewest;
}

/// By which a user gets another session; in fewer characters it is how often a page is loaded again.
bool is_refresh_token(const Table& table, const Column& column, const Words& w) {
  constexpr unsigned long fewest = 40;
  return w == Words{"refresh"} && limit_of(column).value_or(fewest) >= fewest &&
         names_credential(table, Credential::password);
}

/// Columns of users that are called after what a link does that was sent to them; a code beside a password is one, too,
/// and so is what is neither a flag nor a time, and makes an account valid.
bool is_left_for_a_link(const Table& table, const Column& column, const Words& w) {
  constexpr WordSet links("reset activation confirmation verification validation forgot forgotten");
  constexpr WordSet states("valid validate verify activate");
  if (w.size() != 1) return false;
  return links.contains(w[0]) ||
         ((w[0] == "code" || (states.contains(w[0]) && has_room_for_token(column))) && names_credential(table));
}

/// What is kept of users so that a link or cookie can be held against it, beside what they log in with.
bool is_hash_of_user(const Table& table, const Words& w) {
  constexpr WordSet which("random security secure unique private feed calendar ical account");
  return w.size() == 2 && w[1] == "hash" && which.contains(w[0]) && has_login(table) && names_credential(table);
}

/// Trackers of torrents know people by a key; of those that browsers make only the public half is kept.
bool is_passkey_of_tracker(const Table& table, const QualifiedName& name, const Column& column, const Words& w) {
  if (!is_text(column)) return false;
  if (w == Words{"passkey"}) return is_about_people(name) && names_credential(table, Credential::password);
  const bool plain = w.size() == 1 && any_of(w, WordSet("content key value"));
  return plain && words_of_table(name.name) == Words{"passkey"} &&
         !has_column(table, WordSet("credential public counter"));
}

/// What a program tells by something else that a token, a salt or a letter of three is no secret there: a test of
/// variants, a log of mail servers, whose DSN is a delivery status.
bool is_harmless_there(const Table& table, const QualifiedName& name, const Words& w) {
  constexpr WordSet variants("flag feature experiment variant rollout");
  if (w == Words{"salt"}) return any_of(words_of_table(name.name), variants);
  return w == Words{"dsn"} && has_column(table, WordSet("relay delay msg"));
}

/// Keys by which something is found, or that everybody may know.
bool is_harmless_key(const Words& w) {
  constexpr WordSet harmless(
      "blockchain chain primary foreign release milestone uniqueness summary source target sort partition cache "
      "idempotency concurrency "
      "cron translation storage object "
      "file image pdf png "
      "thumbnail bucket "
      "route routing group order import export external product data batch document detail attribute editor gateway "
      "company author authorized known trusted pix user "
      "issue "
      "setting config meta property option param map lookup natural business surrogate hot short composite unique "
      "dedup dedupe deduplication "
      "template message category type status parent child entity resource project node content label tag theme icon "
      "field "
      "form question plugin module feature flag permission role page menu i18n locale lang site global item row column "
      "hash "
      "p256dh gpg pgp transcode rating range index topic channel event job queue lock analytics tracking public "
      "publishable pub display "
      "truncated parameter param path verify verifying identity query builtin unit unidad sat");
  return any_of(w, harmless);
}

/// Whether it is called a key of a kind that is not known, and not one by which something is found. Beside a password
/// or token such a key is a secret, too.
bool is_unknown_key(const Words& w) {
  constexpr WordSet no_keys(
      "monkey turkey donkey jockey whiskey hotkey pkey fkey foreignkey passkey pubkey gpgkey pgpkey metakey key");
  if (w.empty() || is_harmless_key(w)) return false;
  const std::string& head = w.back();
  return head == "key" ? w.size() > 1
                       : head.ends_with("key") && !head.ends_with("publickey") && !no_keys.contains(head);
}

/// Whether the row of a link for a password is found by nothing else that could be in the link.
bool is_found_by_id(const Table& table, const QualifiedName& name, const Column& column) {
  return has(words_of_table(name.name), "password") && is_text(column) &&
         !has_column(table, WordSet("uuid guid request code hash key"));
}

/// Names that say it in tables of tokens and sessions only: a page of a list has a next token, and rows have a uuid.
bool says_it_there(const Table& table, const Words& w, Credential kind) {
  if (!w.empty() && w.back() == "token") return true;
  const bool only_id = w == Words{"uuid"} || w == Words{"guid"} || w == Words{"request", "id"};
  return kind == Credential::token && only_id && !names_credential(table);
}

/// Whether a name that says nothing by itself is that of the credential in a table of this kind.
bool plain_name(const Table& table, const Column& column, Credential kind) {
  constexpr WordSet plain("key value hash hashed digest code jti signature");
  constexpr WordSet client("ip ipaddr agent useragent id uuid user geo");
  constexpr WordSet in_sessions("sid sess key data payload content refresh hash");
  constexpr WordSet in_containers("data config payload");
  const Words w = reduce(column.name).words;
  if (w.empty()) return false;
  // In a store of secrets the key is what one is found by.
  if (w == Words{"key"} && kind == Credential::secret && has_column_called(table, "value")) return false;
  if (kind == Credential::session)
    return (w.size() == 1 && (in_sessions.contains(w[0]) || (column.base_type == "bytea" && !client.contains(w[0])))) ||
           (ends_with(w, {"session", "id"}) && is_text(column)) || w == Words{"session"};
  if (w.size() > 1) return false;
  constexpr WordSet in_tokens("link ticket string");
  if (kind == Credential::token && in_tokens.contains(w[0]) && is_text(column)) return true;
  const bool container = kind == Credential::secret || kind == Credential::second_factor;
  constexpr WordSet of_second_factors("recovery url uri option setting");
  if (kind == Credential::second_factor && of_second_factors.contains(w[0])) return true;
  return plain.contains(w[0]) || (container && in_containers.contains(w[0]));
}

/// Tokens that are places in a list, or the names of settings.
bool is_token_of_things(const Table& table, const QualifiedName& name) {
  const Words w = words_of_table(name.name);
  constexpr WordSet lists("resumption pagination cursor wordlist dictionary vocabulary lexicon bayes corpus");
  constexpr WordSet settings("config configuration setting option preference parameter");
  return any_of(w, lists) || (!w.empty() && settings.contains(w.back()) && has_column_called(table, "value"));
}

/// `column`: one of the table's, perhaps without what most of its columns begin or end with.
std::optional<Credential> kind_of(const Table& table, const QualifiedName& name, const Column& column) {
  const Words w = words(column.name);
  if (is_name_in_store(w)) return std::nullopt;
  auto found = credential_by_name(column.name);
  for (const std::string& domain : domain_names(column))
    if (!found) found = credential_by_name(domain);
  // A PIN code beside a street is India's postal code, and devices have pins; a token may be a word; of a passkey only
  // the public half is kept.
  const bool pin = w == Words{"pin", "code"} || (w == Words{"pin"} && !has_postal_code(table));
  const bool wire = w == Words{"pin"} && any_of(words(name.name), WordSet("gpio sensor reporting relay board"));
  const bool postal = (pin && has_address(table)) || (ends_with(w, {"pin", "code"}) && city_beside(table, w));
  const bool word = w == Words{"token"} && (has_column(table, vocabulary) || is_token_of_things(table, name));
  const bool half = w == Words{"credential"} && any_of(words(name.name), WordSet("passkey webauthn fido fido2 u2f"));
  // Countries number electronic invoices with access keys (chave de acesso, clave de acceso).
  const bool invoice = w == Words{"access", "key"} &&
                       any_of(words(name.name), WordSet("invoice bill receipt voucher nfe factura comprobante"));
  // When a program does something by itself.
  const bool job = w == Words{"cron", "key"} && any_of(words(name.name), WordSet("job task schedule"));
  if (found) {
    const bool other = postal || wire || word || half || invoice || job || is_harmless_there(table, name, w);
    return other ? std::nullopt : found;
  }
  const Words of_table = credential_table_words(name);
  auto kind = kind_by_table_name(of_table);
  if (kind == Credential::session && !is_session_table(table, of_table)) kind.reset();
  if (!kind) kind = container_kind(words_of_table(name.name));
  if (kind && says_it_there(table, w, *kind)) return kind;
  if (kind == Credential::token && w == Words{"id"} && !names_credential(table) && is_found_by_id(table, name, column))
    return kind;
  if (is_passkey_of_tracker(table, name, column, w)) return Credential::token;
  if (is_text(column) && is_about_people(name)) {
    if (is_left_for_a_link(table, column, w) || is_hash_of_user(table, w)) return Credential::token;
    const bool hash = w == Words{"hash"} || (w.size() == 2 && w[1] == "hash" && is_person(w[0]));
    if (hash && has_login(table) && !names_credential(table, Credential::password)) return Credential::password;
    constexpr WordSet made_unreadable("crypted encrypted hashed");
    if (w.size() == 1 && made_unreadable.contains(w[0]) && has_login(table)) return Credential::password;
    // Beside a password it is what else somebody shows who he is with.
    if (w == Words{"hash"} && has_login(table)) return Credential::token;
    // Spanish has one word for keys and passwords.
    if (w == Words{"key"} && has_login(table) && !names_credential(table, Credential::password))
      return Credential::password;
    if (ends_with(w, {"session", "id"}) || ends_with_one(w, "current session,last session,active session") ||
        w == Words{"session"})
      return Credential::session;
    if (is_refresh_token(table, column, w)) return Credential::token;
    if (has_login(table) && w == Words{"answer"}) return Credential::password;      // to the question of who forgot it
    if (has_login(table) && w == Words{"page", "token"}) return Credential::token;  // of a page of one's own
    if (w == Words{"key"} && column.name.ends_with('s') && has_login(table)) return Credential::private_key;
    if (ends_with_one(w, "pw reset,pwd reset,password reset,passwd reset")) return Credential::token;
  }
  if (w.size() == 1 && any_of(w, WordSet("mfa tfa 2fa")) && is_about_people(name)) return Credential::second_factor;
  if (w == Words{"value"} && (marks_secrets(table, words(name.name)) || holds_secret_variables(words(name.name))))
    return Credential::secret;
  // Where bytes are the key in a store of keys, they are no name of it.
  const bool of_keys = any_of(words(name.name), WordSet("key keystore keyring"));
  if (w == Words{"key"} && column.base_type == "bytea" && of_keys) return Credential::secret;
  if (const auto beside = kind_by_neighbours(table, name, column, w)) return beside;
  if (is_text(column) && is_unknown_key(w) && names_credential(table)) return Credential::secret;
  if (is_text(column) && may_name_credential(column.name)) return Credential::secret;
  return kind && plain_name(table, column, *kind) ? kind : std::nullopt;
}

/// Whether the secret of each row is in another table.
bool keeps_secrets_elsewhere(const Table& table) {
  return std::ranges::any_of(table.columns, [](const Column& column) {
    return words(column.name) == Words{"secret", "id"} && !is_text(column);
  });
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
  const auto found = kind_of(table, name, column);
  const auto rest = affixes_of(table).taken_off(column.name);
  if (found || rest == column.name) return found;
  Column bare = column;
  bare.name = rest;
  return kind_of(table, name, bare);
}

bool is_called_like_credential(const Table& table, const QualifiedName& name, const Column& column) {
  constexpr std::size_t fewest_columns = 4;
  constexpr WordSet handed_around("coupon voucher promo promotion discount referral");
  if (table.columns.size() < fewest_columns || !can_resemble(column)) return false;
  const Words w = words(column.name);
  if (w.empty() || says_what_it_has(w.back()) || is_for_all(w) || is_name_in_store(w) || w.front() == "id")
    return false;
  // Rules know what else it is: a postcode, a private telephone.
  if (detect_personal_data(table, name, column)) return false;
  // What is in data is told by what stands beside it, which rules know.
  if (w == Words{"data"}) return false;
  constexpr WordSet of_things(
      "error referral status response country php html css javascript embed course class subject office branch "
      "department "
      "faculty school product category currency language region district");
  if (w.back() == "code" && any_of(w, of_things)) return false;
  // Most hashes are sums of what stands beside them.
  if (w.back() == "hash" || (w.back() == "key" && is_harmless_key(w))) return false;
  // What things are kept under.
  constexpr WordSet kept(
      "archive backup audio recording media file log attachment image photo video upload asset document notification "
      "email mail subscription memory");
  if (w == Words{"key"} && any_of(words_of_table(name.name), kept)) return false;
  // What is said by a program, and in which words; what diseases are called.
  constexpr WordSet said("phrase translation toast announcement label string locale");
  if (w == Words{"key"} && any_of(words_of_table(name.name), said)) return false;
  if (w == Words{"code"} && any_of(words_of_table(name.name), WordSet("icd icd10 icd9 icd11 cpt loinc snomed atc")))
    return false;
  constexpr WordSet switches("flag feature experiment variant");
  if (w == Words{"key"} && any_of(words_of_table(name.name), switches)) return false;
  if (w == Words{"s3", "key"}) return false;
  // What a page is called in its address.
  if (w == Words{"url", "key"} && any_of(words_of_table(name.name), WordSet("page post product category article")))
    return false;
  if ((w == Words{"key"} && has_column_called(table, "value")) || any_of(words_of_table(name.name), handed_around))
    return false;
  // Rules know why it is none, or judge its rows one by one.
  if (credential_by_name(column.name)) return false;
  const auto settings = key_values(table, name);
  if (settings && table.columns[settings->value].name == column.name) return false;
  return resembles(credential_weights(), table, name, column);
}

bool is_guessed_credential(const Table& table, const QualifiedName& name, const Column& column) {
  return !is_in_key(table, column) && is_called_like_credential(table, name, column);
}

std::optional<Credential> detect_rows(const Table& table, const QualifiedName& name) {
  const Words w = credential_table_words(name);
  const auto kind = kind_by_table_name(w);
  if (!kind || has_column(table, vocabulary)) return std::nullopt;
  if (*kind == Credential::session) return is_session_table(table, w) ? kind : std::nullopt;
  const bool certain = is_certainly_of_credentials(w) && !keeps_secrets_elsewhere(table);
  const bool holds_one = std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
    // A token may be what its row is found by; ids that are no text are none.
    const bool id = w.back() == "token" && words(column.name) == Words{"id"} && is_text(column);
    return can_hold_credential(column) &&
           (certain || id || credential_by_name(column.name) || plain_name(table, column, *kind));
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
  const auto open = column.full_type.find('(');
  if (open == std::string::npos) return std::string(text);
  const auto limit = std::strtoul(column.full_type.c_str() + open + 1, nullptr, 10);
  return std::string(text.substr(0, limit));
}

}  // namespace pgcoffer::policy
