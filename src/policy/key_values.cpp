#include "policy/key_values.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;
using catalog::ValueClass;

constexpr WordSet settings(
    "setting config configuration conf option preference pref property prop param parameter variable var env "
    "environment meta kv registry constant cfg appconfig usermeta postmeta termmeta commentmeta metadata attribute "
    "attr value");
constexpr WordSet keys("key name variable var option setting property prop param parameter k opt");
constexpr WordSet values("value val v");

/// A text of a type that takes any: "REMOVED" is no inet, date or enum.
bool is_plain_text(const Column& column) {
  constexpr std::string_view types = ",text,character varying,character,name,citext,";
  const auto dot = column.base_type.rfind('.');
  const std::string type = dot == std::string::npos ? column.base_type : column.base_type.substr(dot + 1);
  return !column.array && column.generated == catalog::Generated::no && column.type_kind != 'e' &&
         types.find("," + type + ",") != std::string_view::npos;
}

/// Bytes, which an application encrypts or not; "REMOVED" can be written as such.
bool is_bytes(const Column& column) {
  return column.base_type == "bytea" && !column.array && column.generated == catalog::Generated::no;
}

/// What stands before the last word, which both columns of a pair have alike, or neither.
Words before_last(const Words& w) {
  return {w.begin(), w.end() - 1};
}

/// Names that a credential's ends with, as the server compares them: letters without regard to case.
constexpr std::string_view ends =
    "((^|[^a-z]|smtp|imap|ldap|bind|mail|user|db|ftp|admin)(pass|pw|pwd|salt|dsn|psk|pat|jwt|hmac)|(recovery|backup)[^"
    "a-z]?"
    "codes?|password|passwd|passphrase|passcode|"
    "secrets?|tokens?|credentials?|api[^a-z]?keys?|(access|auth|app|ssh|logged[^a-z]?in|private|secret|signing|"
    "encryption|encrypt|master|licen[cs]e|"
    "jwt|session|hmac|consumer|client|service|server|shared|webhook|stripe|deploy)[^a-z]?keys?|"
    "connection[^a-z]?string|(otp|totp|2fa|mfa)[^a-z]?seed|captcha[^a-z]?private)([^a-z]*(hash|value|encrypted|enc|"
    "test|live|stripe|paypal|"
    "github|google|aws|[0-9]+))*$";
/// And names that say whether, or how much.
constexpr std::string_view beginnings =
    "^[^a-z]*(require|enable|disable|allow|use|is|has|show|hide|can|force|min|max|need|page|next)[^a-z]";

}  // namespace

std::optional<KeyValue> key_values(const Table& table, const QualifiedName& name) {
  const bool of_settings = any_of(words_of_table(name.name), settings);
  std::optional<KeyValue> found;
  for (std::size_t v = 0; v < table.columns.size(); ++v) {
    const Column& value = table.columns[v];
    const Words of_value = words(value.name);
    const bool json = value.value_class == ValueClass::json && value.generated == catalog::Generated::no;
    if (of_value.empty() || !values.contains(of_value.back()) || !(json || is_bytes(value) || is_plain_text(value)))
      continue;
    for (std::size_t k = 0; k < table.columns.size(); ++k) {
      const Words of_key = words(table.columns[k].name);
      if (k == v || of_key.empty() || !keys.contains(of_key.back()) || !is_plain_text(table.columns[k])) continue;
      // setting_key and setting_value say it in tables of any name.
      if (!of_settings && !any_of(before_last(of_key), settings)) continue;
      const bool pair = of_key.size() == 1 || of_value.size() == 1 || before_last(of_key) == before_last(of_value);
      // A key says more than a name, of which there may be one for people.
      if (pair && (!found || of_key.back() == "key")) found = KeyValue{k, v};
    }
  }
  return found;
}

std::string without_credentials(const Table& table, const KeyValue& pair) {
  const Column& value = table.columns[pair.value];
  const std::string key = fmt::format("CAST({} AS text)", quote_always(table.columns[pair.key].name));
  const std::string_view removed = !value.not_null                         ? "NULL"
                                   : value.value_class == ValueClass::json ? "'\"REMOVED\"'"
                                                                           : "'REMOVED'";
  return fmt::format("CASE WHEN {} ~* {} AND {} !~* {} THEN {} ELSE {} END", key, quote_literal(std::string(ends)), key,
                     quote_literal(std::string(beginnings)), removed, quote_always(value.name));
}

}  // namespace pgcoffer::policy
