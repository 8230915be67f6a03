#include "policy/key_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"
#include "policy/credential_names.hpp"
#include "policy/credentials.hpp"
#include "policy/sql_pieces.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;
using catalog::ValueClass;

/// What tables of settings are called, and what stands before the word for key or value in the names of their columns.
constexpr WordSet settings(
    "setting config configuration conf option preference pref property prop param parameter variable var env "
    "environment meta kv registry constant cfg appconfig sysconfig usermeta postmeta termmeta commentmeta metadata "
    "attribute attr value keyvalue keyval einstellung einstellungen konfiguration instelling instellingen impostazioni "
    "configuracion configuraciones ajuste ajustes parametro parametros configurazione reglages parametre parametres");
/// Tables of words in several languages, whatever else their names say.
constexpr WordSet wordings("translation locale i18n l10n lang language label message phrase glossary dictionary");
constexpr WordSet keys("key name variable var option setting property prop param parameter k opt");
constexpr WordSet values("value val v wert valor valore waarde");
/// What the two may be called as well where the table's name says what they are.
constexpr WordSet other_keys("code item field meta pref preference path slug attribute attr config entry");
constexpr WordSet other_values("data content body setting config");
/// Names that say it in a table of any name: one for the keys beside one for values, or the other way round.
constexpr WordSet telling_keys("setting property prop param parameter pref preference");
constexpr WordSet telling_values("setting");
/// Ordinary tables have more columns.
constexpr std::size_t most_columns = 6;

/// Bytes, which an application encrypts or not; "REMOVED" can be written as such.
bool is_bytes(const Column& column) {
  return column.base_type == "bytea" && !column.array && column.generated == catalog::Generated::no;
}

/// Texts of any type: an enum may list the names, and what else looks like one is called like no credential.
bool may_hold_keys(const Column& column) {
  return column.value_class == ValueClass::text && column.base_type != "bytea" && !column.array &&
         column.generated == catalog::Generated::no;
}

/// A column's words, where `configkey` and `keyval` are two each.
Words words_of(const Column& column) {
  constexpr std::array<std::string_view, 4> ends{"key", "name", "value", "val"};
  Words w = words(column.name);
  if (w.empty()) return w;
  const std::string last = w.back();
  for (const std::string_view end : ends) {
    if (!last.ends_with(end)) continue;
    const std::string before = last.substr(0, last.size() - end.size());
    if (before != "key" && !settings.contains(before)) continue;
    w.back() = before;
    w.emplace_back(end);
    break;
  }
  return w;
}

/// What stands before the last word, which both columns of a pair have alike, or neither.
Words before_last(const Words& w) {
  return {w.begin(), w.end() - 1};
}

/// The columns of one table that may make a pair, and how well they do.
class Pairs {
 public:
  Pairs(const Table& table, const QualifiedName& name)
      : small_(table.columns.size() <= most_columns), of_settings_(says_settings(words_of_table(name.name))) {}

  /// 0: they are none. `value` is that of a column that can hold any text.
  [[nodiscard]] int rank(const Words& key, const Words& value) const {
    const bool alike = key.size() == 1 || value.size() == 1 || before_last(key) == before_last(value);
    if (!alike || !(of_settings_ || columns_say_it(key, value))) return 0;
    const bool plain_key = keys.contains(key.back()), plain_value = values.contains(value.back());
    if (!plain_key && !other_keys.contains(key.back())) return 0;
    if (!plain_value && !(small_ && other_values.contains(value.back()))) return 0;
    // A key says more than a name, of which there may be one for people.
    return (plain_value ? 4 : 0) + (key.back() == "key" ? 3 : plain_key ? 2 : 1);
  }

 private:
  static bool says_settings(const Words& table) { return any_of(table, settings) && !any_of(table, wordings); }

  /// setting_key and setting_value say it in tables of any name, and so do keyname and keyval, param and data.
  [[nodiscard]] bool columns_say_it(const Words& key, const Words& value) const {
    const Words before = before_last(key);
    if (any_of(before, settings) && (keys.contains(key.back()) || key.back() == "code")) return true;
    if (before == Words{"key"} && before_last(value) == before) return true;
    const bool told = (key.size() == 1 && telling_keys.contains(key.back())) ||
                      (value.size() == 1 && telling_values.contains(value.back()));
    return small_ && told;
  }

  bool small_, of_settings_;
};

/// Names that only settings have, or that are something else as columns; and the community of SNMP.
bool is_called_like_setting(const Words& w) {
  return ends_with_one(w,
                       "cookie key,app key,ssh key,encrypt key,logged in key,loggedinkey,auth basic,auth bearer,pat,"
                       "hmac") ||
         w == Words{"community"};
}

/// Without whose it is, which stands last in many: `api_key_stripe`.
std::string without_service(Words w) {
  constexpr WordSet services("stripe paypal github gitlab google aws azure facebook twitter slack");
  if (w.size() > 1 && services.contains(w.back())) w.pop_back();
  return join(w, "_");
}

/// Names with the word for a credential before their last one that say what passwords and tokens have to be like.
bool is_rule_for_credentials(const Words& w) {
  constexpr WordSet rules(
      "require requires lowercase uppercase digit symbol special character char minimum maximum min max age lock "
      "lockout force allow rotation rotate reuse protect protection hidden visible confirm repeat");
  return any_of(w, rules);
}

/// Whether equal values may not stand in two rows; of expressions that is not known.
bool is_in_unique_key(const Table& table, const Column& value) {
  return std::ranges::any_of(table.unique_keys, [&](const auto& key) {
    return std::ranges::any_of(key.columns, [&](const std::string& one) { return one.empty() || one == value.name; });
  });
}

/// What stands in place of a value, as SQL of the value's type. In a short column it is cut.
std::string removed(const Table& table, const Column& value) {
  // Partitions have places alike, but then another key.
  if (is_in_unique_key(table, value) && can_be_told_apart(value))
    return fmt::format("CASE WHEN {} IS NOT NULL THEN CAST({} || CAST(ctid AS text) AS {}) END",
                       quote_always(value.name), quote_literal(fmt::format("{} ", kRemoved)), value.type);
  if (!value.not_null) return "NULL";
  return value.value_class == catalog::ValueClass::json ? quote_literal(fmt::format("\"{}\"", kRemoved))
                                                        : quote_literal(replacement(value));
}

std::string without_values(const Table& table, const Column& value, const std::string& condition) {
  return fmt::format("CASE WHEN {} THEN {} ELSE {} END", condition, removed(table, value), quote_always(value.name));
}

}  // namespace

bool is_plain_text(const Column& column) {
  constexpr std::string_view types = ",text,character varying,character,name,citext,";
  const auto dot = column.base_type.rfind('.');
  const std::string type = dot == std::string::npos ? column.base_type : column.base_type.substr(dot + 1);
  return !column.array && column.generated == catalog::Generated::no && column.type_kind != 'e' &&
         types.find("," + type + ",") != std::string_view::npos;
}

bool can_be_told_apart(const Column& value) {
  constexpr int longest = 30;  // "REMOVED (4294967295,65535)"
  const int most = modifier(value.full_type, 0, longest);
  return is_plain_text(value) && most >= longest && !(value.base_type == "character" && value.full_type == "character");
}

std::optional<KeyValue> key_values(const Table& table, const QualifiedName& name) {
  const Pairs pairs(table, name);
  std::optional<KeyValue> found;
  int best = 0;
  for (std::size_t v = 0; v < table.columns.size(); ++v) {
    const Column& value = table.columns[v];
    const Words of_value = words_of(value);
    const bool json = value.value_class == ValueClass::json && value.generated == catalog::Generated::no;
    if (of_value.empty() || !(json || is_bytes(value) || is_plain_text(value))) continue;
    for (std::size_t k = 0; k < table.columns.size(); ++k) {
      const Words of_key = words_of(table.columns[k]);
      if (k == v || of_key.empty() || !may_hold_keys(table.columns[k])) continue;
      const int rank = pairs.rank(of_key, of_value);
      if (rank <= best) continue;
      best = rank;
      found = KeyValue{k, v};
    }
  }
  return found;
}

bool is_credential_key(std::string_view key) {
  constexpr std::size_t longest = 256;  // what is longer is no name
  if (key.size() > longest) return false;
  const Words w = words(key);
  if (credential_by_name(key) || credential_by_name(without_service(w))) return true;
  return is_called_like_setting(w) || (may_name_credential(key) && !is_rule_for_credentials(w));
}

ColumnVerdict verdict_by_keys(const Table& table, const KeyValue& pair) {
  const Column& value = table.columns[pair.value];
  const std::string& key = table.columns[pair.key].name;
  ColumnVerdict verdict;
  verdict.action = ColumnAction::sql;
  verdict.value = without_values(table, value, quote_always(key) + " IS NOT NULL");
  verdict.reason = "credential: values whose keys are called like one";
  verdict.after_restore = "settings that hold credentials are set again";
  verdict.rule = "built-in no-credentials";
  verdict.parameters.edit().keys = key;
  return verdict;
}

std::optional<std::size_t> keys_of(const Table& table, const ColumnVerdict& verdict) {
  const std::string& keys = verdict.parameters->keys;
  if (keys.empty()) return std::nullopt;
  return static_cast<std::size_t>(std::ranges::find(table.columns, keys, &Column::name) - table.columns.begin());
}

bool settle_keys(const Table& table, const Column& value, const std::set<std::string>& keys, ColumnVerdict& verdict) {
  // Servers make a hash table of VALUES (of a list those of version 14 and later only), as long as it fits their
  // memory.
  constexpr std::size_t most = 5000;
  if (keys.size() > most) return false;
  std::vector<std::string> literals;
  for (const std::string& key : keys) literals.push_back(fmt::format("({})", quote_literal(key)));
  const Column& key = table.columns[keys_of(table, verdict).value()];
  verdict.value = without_values(
      table, value,
      keys.empty() ? "false"
                   : fmt::format("CAST({} AS text) IN (VALUES {})", quote_always(key.name), join(literals, ", ")));
  return true;
}

}  // namespace pgcoffer::policy
