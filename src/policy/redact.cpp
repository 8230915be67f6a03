#include "policy/redact.hpp"

#include <algorithm>

#include "content/detect.hpp"
#include "policy/credential_names.hpp"
#include "policy/rules.hpp"
#include "policy/sql_text.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using Type = SqlToken::Type;

constexpr std::string_view removed = "REMOVED";

/// Options of libpq and of foreign-data wrappers; those that name files tell nothing by themselves.
bool is_secret(std::string_view option) {
  constexpr WordSet files("ssl_key sslkey");
  constexpr WordSet others("sslpassword scram_client_key scram_server_key");
  return others.contains(option) || (!files.contains(option) && credential_by_name(option));
}

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Copies the text it passes, except for values that it replaces.
class Redactor {
 public:
  explicit Redactor(std::string_view text) : text_(text) {}

  void replace(std::size_t begin, std::size_t end, std::string_view value, std::string keyword) {
    result_.text.append(text_.substr(copied_, begin - copied_)).append(value);
    result_.keywords.push_back(std::move(keyword));
    copied_ = end;
  }
  RedactedConninfo finish() {
    result_.text.append(text_.substr(copied_));
    return std::move(result_);
  }

 private:
  std::string_view text_;
  std::size_t copied_ = 0;
  RedactedConninfo result_;
};

/// The end of a value of key=value pairs; nothing where a quote stays open.
std::optional<std::size_t> value_end(std::string_view text, std::size_t at) {
  const bool quoted = at < text.size() && text[at] == '\'';
  if (quoted) ++at;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (quoted && text[at] == '\'') {
      return at + 1;
    } else if (!quoted && is_blank(text[at])) {
      return at;
    }
  }
  return quoted || at > text.size() ? std::nullopt : std::optional(text.size());
}

std::optional<RedactedConninfo> redact_pairs(std::string_view text) {
  Redactor redactor(text);
  const auto skip_blanks = [&](std::size_t& at) {
    while (at < text.size() && is_blank(text[at])) ++at;
  };
  for (std::size_t at = 0;;) {
    skip_blanks(at);
    if (at == text.size()) return redactor.finish();
    const auto begin = at;
    while (at < text.size() && text[at] != '=' && !is_blank(text[at])) ++at;
    const auto keyword = text.substr(begin, at - begin);
    skip_blanks(at);
    if (keyword.empty() || at == text.size() || text[at] != '=') return std::nullopt;
    skip_blanks(++at);
    const auto end = value_end(text, at);
    if (!end) return std::nullopt;
    if (is_secret(keyword)) redactor.replace(at, *end, removed, std::string(keyword));
    at = *end;
  }
}

/// scheme://user:password@host/database?keyword=value&…
std::optional<RedactedConninfo> redact_uri(std::string_view text) {
  Redactor redactor(text);
  const auto start = text.find("://") + 3;
  auto at = text.find_first_of("@/", start);
  const bool user = at != std::string_view::npos && text[at] == '@';
  // An unescaped slash in a password would make it part of what follows.
  if (!user && text.find('@') != std::string_view::npos) return std::nullopt;
  if (user && text.find('@', at + 1) != std::string_view::npos) return std::nullopt;
  const auto colon = text.find(':', start);
  if (user && colon < at) redactor.replace(colon + 1, at, removed, "password");
  at = text.find('?', user ? at : start);
  while (at < text.size()) {
    const auto end = std::min(text.find('&', ++at), text.size());
    const auto equals = text.find('=', at);
    const auto keyword = text.substr(at, std::min(equals, end) - at);
    if (equals >= end || keyword.find('%') != std::string_view::npos) return std::nullopt;
    if (is_secret(keyword)) redactor.replace(equals + 1, end, removed, std::string(keyword));
    at = end;
  }
  return redactor.finish();
}

/// What an option's value is without its passwords, where it is a connection string or a URL; nothing where it has
/// none.
std::optional<std::string> without_passwords(std::string_view value) {
  if (const auto scheme = value.find("://"); scheme != std::string_view::npos) {
    const auto rest = value.substr(scheme + 3);
    const auto host = rest.find('@'), colon = rest.find(':');
    if (host == std::string_view::npos || colon > host) return std::nullopt;
    return std::string(value.substr(0, scheme + 3 + colon + 1)).append(removed).append(rest.substr(rest.rfind('@')));
  }
  auto pairs = redact_pairs(value);
  return pairs && !pairs->keywords.empty() ? std::optional(std::move(pairs->text)) : std::nullopt;
}

/// One list, ( name 'value', … ), from its parenthesis on; returns the token behind it. Nothing where it is no such
/// list.
std::optional<std::size_t> redact_list(const SqlTokens& tokens, std::size_t i, Redactor& redactor) {
  const auto is_symbol = [&](std::size_t at, std::string_view symbol) {
    return at < tokens.size() && tokens[at].is(Type::symbol, symbol);
  };
  do {
    if (i + 3 >= tokens.size() || !tokens[i + 1].is_name() || tokens[i + 2].type != Type::literal) return std::nullopt;
    const auto& value = tokens[i + 2];
    const std::string rest = without_passwords(value.text).value_or(value.text);
    const bool secret = is_secret(tokens[i + 1].text) || tokens[i + 1].text == "key" || is_secret_value(rest);
    if (secret || rest != value.text)
      redactor.replace(value.begin, value.end, quote_literal(secret ? removed : rest), tokens[i + 1].text);
    i += 3;
  } while (is_symbol(i, ","));
  return is_symbol(i, ")") ? std::optional(i + 1) : std::nullopt;
}

/// OPTIONS ( name 'value', … ), however many of them: a foreign table's columns have their own.
std::optional<RedactedConninfo> redact_options(std::string_view sql) {
  const auto tokens = sql_tokens(sql);
  if (!tokens) return std::nullopt;
  Redactor redactor(sql);
  for (std::size_t i = 0; i + 1 < tokens->size();) {
    if (!(*tokens)[i].is(Type::word, "OPTIONS") || !(*tokens)[i + 1].is(Type::symbol, "(")) {
      ++i;
      continue;
    }
    const auto behind = redact_list(*tokens, i + 1, redactor);
    if (!behind) return std::nullopt;
    i = *behind;
  }
  return redactor.finish();
}

/// CREATE FUNCTION … SET app.jwt_secret TO 'value' …: settings as for databases and roles. What a body does is its own.
std::optional<RedactedConninfo> redact_function(std::string_view sql) {
  const auto tokens = sql_tokens(sql);
  if (!tokens) return std::nullopt;
  Redactor redactor(sql);
  for (std::size_t i = 0; i + 3 < tokens->size(); ++i) {
    if (!(*tokens)[i].is(Type::word, "SET")) continue;
    std::string name;
    std::size_t at = i + 1;
    for (; at < tokens->size() && ((*tokens)[at].is_name() || (*tokens)[at].is(Type::symbol, ".")); ++at) {
      if ((*tokens)[at].is(Type::word, "TO")) break;
      name += (*tokens)[at].text;
    }
    if (at + 1 >= tokens->size() || !(*tokens)[at].is(Type::word, "TO")) continue;
    const auto& value = (*tokens)[at + 1];
    if (value.type == Type::literal && (is_secret_setting(name) || is_secret_value(value.text)))
      redactor.replace(value.begin, value.end, quote_literal(removed), name);
  }
  return redactor.finish();
}

/// CREATE SUBSCRIPTION name CONNECTION 'conninfo' …, or SERVER name, which has the connection elsewhere.
std::optional<RedactedConninfo> redact_subscription(std::string_view sql) {
  const auto tokens = sql_tokens(sql);
  if (!tokens || tokens->size() < 5) return std::nullopt;
  const auto& source = (*tokens)[3];
  const auto& value = (*tokens)[4];
  if (source.is(Type::word, "SERVER")) return Redactor(sql).finish();
  if (!source.is(Type::word, "CONNECTION") || value.type != Type::literal) return std::nullopt;
  auto conninfo = redact_conninfo(value.text);
  if (!conninfo || conninfo->keywords.empty()) return conninfo;
  conninfo->text =
      std::string(sql.substr(0, value.begin)) + quote_literal(conninfo->text) + std::string(sql.substr(value.end));
  return conninfo;
}

bool is_function(std::string_view kind) {
  return kind == "FUNCTION" || kind == "PROCEDURE";
}

bool may_hold_password(std::string_view kind, std::string_view sql) {
  if (is_function(kind)) return sql.find("\n SET ") != std::string_view::npos;
  return kind == "SUBSCRIPTION" || kind == "USER MAPPING" || kind == "SERVER" || kind == "FOREIGN DATA WRAPPER" ||
         kind == "FOREIGN TABLE";
}

std::optional<RedactedConninfo> redact_entry(std::string_view kind, std::string_view sql) {
  if (is_function(kind)) return redact_function(sql);
  return kind == "SUBSCRIPTION" ? redact_subscription(sql) : redact_options(sql);
}

/// user mapping "bob SERVER files", in the words of the kind.
std::string described(const catalog::Object& object) {
  std::string kind;
  for (const char c : object.kind) kind += c == ' ' ? c : static_cast<char>(c - 'A' + 'a');
  const bool repeats = object.name.rfind(object.kind + " ", 0) == 0;
  return kind + " \"" + (repeats ? object.name.substr(object.kind.size() + 1) : object.name) + "\"";
}

}  // namespace

std::optional<RedactedConninfo> redact_conninfo(std::string_view conninfo) {
  const bool uri = conninfo.starts_with("postgresql://") || conninfo.starts_with("postgres://");
  return uri ? redact_uri(conninfo) : redact_pairs(conninfo);
}

void redact_objects(const catalog::Catalog& catalog, Verdicts& verdicts) {
  for (const auto& object : catalog.objects) {
    if (!may_hold_password(object.kind, object.create_sql)) continue;
    const bool subscription = object.kind == "SUBSCRIPTION";
    auto redacted = redact_entry(object.kind, object.create_sql);
    if (!redacted)
      throw refusal("passwords in " + described(object) + " cannot be found with certainty",
                    subscription ? "Write its connection as key=value pairs (ALTER SUBSCRIPTION … CONNECTION), or drop "
                                   "it before the dump."
                                 : "Write its options anew, or drop it before the dump.",
                    "built-in no-credentials");
    if (redacted->keywords.empty()) continue;
    verdicts.warnings.push_back(join(redacted->keywords, ", ") + " of " + described(object) +
                                (redacted->keywords.size() == 1 ? " is replaced; set it" : " are replaced; set them") +
                                " after the restore");
    verdicts.redactions.push_back({object.id, std::move(redacted->text)});
  }
}

std::vector<std::string> told_by_kept_passwords(const catalog::Catalog& catalog) {
  std::vector<std::string> warnings;
  for (const auto& object : catalog.objects)
    if (holds_password(object.kind, object.create_sql))
      warnings.push_back(described(object) +
                         " holds a password, which is dumped: \"extends\": [\"no-credentials\"] replaces it");
  return warnings;
}

bool holds_password(std::string_view kind, std::string_view create_sql) {
  if (!may_hold_password(kind, create_sql)) return false;
  const auto redacted = redact_entry(kind, create_sql);
  return !redacted || redacted->text != create_sql;
}

bool is_secret_value(std::string_view value) {
  const auto conninfo = redact_conninfo(value);
  if (conninfo && conninfo->text != value) return true;
  const content::IsCredentialName by_name = [](std::string_view name) { return credential_by_name(name).has_value(); };
  content::Kinds found = content::kinds_in(value, by_name);
  found.add(content::secrets_in(value, by_name));
  return std::ranges::any_of(content::all_kinds(), [&](content::Kind kind) {
    return found.has(kind) && content::family(kind) != content::Family::personal && kind != content::Kind::uuid;
  });
}

bool is_secret_setting(std::string_view name) {
  return credential_by_name(name) || credential_by_name(name.substr(name.rfind('.') + 1));
}

std::vector<std::string> withhold_settings(std::vector<cluster::Setting>& settings, std::string_view holder) {
  std::vector<std::string> warnings;
  std::erase_if(settings, [&](const cluster::Setting& setting) {
    if (!is_secret_setting(setting.name) && std::ranges::none_of(setting.values, is_secret_value)) return false;
    const std::string role = setting.role.empty() ? "" : " for role \"" + setting.role + "\"";
    warnings.push_back("setting " + setting.name + " of " + std::string(holder) + role +
                       " is left out; set it after the restore");
    return true;
  });
  return warnings;
}

}  // namespace pgcoffer::policy
