#include "policy/environment.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <pgcoffer/error.hpp>

#include "base/ascii.hpp"
#include "base/file.hpp"
#include "content/command_line.hpp"
#include "content/named.hpp"
#include "content/values.hpp"
#include "policy/credential_names.hpp"
#include "policy/redact.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {
namespace {

constexpr std::uint64_t kLargest = std::uint64_t{16} << 20U;  ///< of a file, in bytes

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Names of variables are matched as shells match names of files: * and ?, with their case.
bool matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, n = 0, star = std::string_view::npos, after = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++after;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view name) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return matches(pattern, name); });
}

/// The value of a line, which may stand in quotes; nothing where they do not end.
std::optional<std::string> value_of(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || (text.front() != '"' && text.front() != '\'')) {
    const std::size_t comment = text.find(" #");
    return std::string(trimmed(text.substr(0, comment)));
  }
  const char quote = text.front();
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) return value;
    if (quote == '"' && text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      value += text[i] == 'n' ? '\n' : text[i];
    } else {
      value += text[i];
    }
  }
  return std::nullopt;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  });
}

std::vector<Variable> of_this_process() {
  std::vector<Variable> result;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view line = *at;
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos && equals > 0)
      result.push_back({std::string(line.substr(0, equals)), std::string(line.substr(equals + 1)), false});
  }
  return result;
}

/// "scheme://user@host", with a password or without: what stands there may be a key (Sentry's).
bool names_user(std::string_view text) {
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    const std::string_view rest = text.substr(at + 3);
    if (rest.substr(0, rest.find_first_of("/?# \t\"'")).find('@') != std::string_view::npos) return true;
  }
  return false;
}

bool is_credential_name(std::string_view name) {
  return credential_by_name(name).has_value();
}

/// user:password@host without a scheme before it; app:v1.2.3@sha256:… is a picture of a machine.
bool is_login_at_host(std::string_view value) {
  constexpr std::size_t shortest = 6;
  const std::size_t at = value.rfind('@'), colon = value.find(':');
  if (at == std::string_view::npos || colon >= at || colon == 0 || value.substr(at + 1).starts_with("sha256:"))
    return false;
  return content::is_made_up_word(value.substr(colon + 1, at - colon - 1), shortest) &&
         value.find_first_of(" \t/") > at;
}

/// Rather one value too many than one too few: what may be a token by its randomness is taken for one.
bool shows_secret(std::string_view value) {
  return names_user(value) || is_login_at_host(value) || value.starts_with("eyJ") ||
         content::has_entry_of_secret(value, is_credential_name) ||
         content::has_option_of_secret(value, is_credential_name) || is_secret_value(value);
}

std::vector<std::string_view> parts_of(std::string_view name) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find_first_of("_-.", at), name.size());
    if (end > at) parts.push_back(name.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

/// APP_SIGNING, VAULT_UNSEAL, KEY_BASE: names that leave it to the value, which looks made up where it is a secret;
/// behind LOGIN and IMAP a user's name stands before it.
bool may_be_secret(std::string_view name, std::string_view value) {
  constexpr WordSet kept("shared unseal fernet phrase signing signature encryption encrypt encrypter crypto cipher");
  constexpr WordSet logins("login auth account user imap smtp pop3 ldap ftp sftp");
  constexpr std::size_t shortest = 6;
  const auto words = parts_of(name);
  if (words.empty() || !content::is_made_up_word(value, shortest) || value.front() == '/' ||
      value.find("://") != std::string_view::npos)
    return false;
  const bool key = words.size() > 1 && words[words.size() - 2] == "key" && WordSet("base value").contains(words.back());
  const std::size_t between = value.find_first_of("/:");
  const bool pair = between != std::string_view::npos && content::is_made_up_word(value.substr(between + 1), shortest);
  return key || kept.contains(words.back()) || (pair && logins.contains(words.back()));
}

/// APP_KEY, SSH_KEYS, GH_PAT, SMTP_PASS: what variables are called that hold one, and columns are not. A switch by such
/// a name (LDAP_AUTH=true) tells nothing.
bool ends_as_secret(std::string_view name, std::string_view value) {
  constexpr WordSet secrets(
      "key keys pat pats hmac salt salts pepper pass pwd psk pin jwt cookie cookies auth creds seed mnemonic");
  constexpr WordSet for_all("public pub publishable published");
  constexpr WordSet switches("true false yes no on off 0 1");
  const auto words = parts_of(name);
  if (words.empty() || !secrets.contains(words.back()) || switches.contains(lower_ascii(std::string(value))))
    return false;
  return words.size() < 2 || !for_all.contains(words[words.size() - 2]);
}

/// Whoever can read the archive must not find pgcoffer's own keys in it.
bool is_own_key(std::string_view name) {
  return name == "BACKUP_ENCRYPTION_KEY" || name == "PGCOFFER_PSEUDONYM_KEY";
}

void refuse_absent(const Environment& rules, const std::vector<Variable>& all) {
  for (const std::string& name : rules.include) {
    if (name.find_first_of("*?") != std::string::npos) continue;
    if (std::ranges::find(all, name, &Variable::name) != all.end()) continue;
    throw refusal("variable \"" + name + "\" is not in the environment" +
                      (rules.file.empty() ? "" : " that file \"" + rules.file + "\" describes"),
                  "Set it, or take it out of \"include\".", rules.origin.text);
  }
}

/// A misspelt pattern leaves a value where it should not be, or the other way round.
void warn_of_idle(const std::vector<std::string>& patterns, const char* field, const char* which,
                  const std::vector<Variable>& variables, const Environment& rules,
                  std::vector<std::string>& warnings) {
  for (const std::string& pattern : patterns)
    if (std::ranges::none_of(variables, [&](const Variable& one) { return matches(pattern, one.name); }))
      warnings.push_back(fmt::format("pattern \"{}\" in \"{}\" of the environment matches no variable{} ({})", pattern,
                                     field, which, rules.origin.text));
}

}  // namespace

bool is_secret_variable(std::string_view name, std::string_view value) {
  const std::string lower = lower_ascii(std::string(name));
  // PGPASSWORD and SECRETKEY are one word: rather one variable too many than one too few.
  constexpr std::array<std::string_view, 8> parts{"password", "passwd", "passphrase", "secret",
                                                  "token",    "apikey", "privatekey", "credential"};
  for (const std::string_view part : parts)
    if (lower.find(part) != std::string::npos) return true;
  return is_own_key(name) || is_credential_name(lower) || ends_as_secret(lower, value) || may_be_secret(lower, value) ||
         shows_secret(value);
}

std::vector<Variable> parse_environment(std::string_view text, const std::string& file) {
  std::vector<Variable> result;
  int number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("export ")) line = trimmed(line.substr(7));
    const std::size_t equals = line.find('=');
    const std::string_view name = trimmed(line.substr(0, equals));
    const auto value = equals == std::string_view::npos ? std::nullopt : value_of(line.substr(equals + 1));
    if (!is_name(name) || !value)
      throw Error(Kind::usage, fmt::format("file \"{}\", line {}, is not NAME=value", file, number))
          .hint("A value with quotes ends in the line in which it begins.");
    std::erase_if(result, [&](const Variable& one) { return one.name == name; });
    result.push_back({std::string(name), *value, false});
  }
  return result;
}

std::vector<Variable> read_environment(const Environment& rules, std::vector<std::string>& warnings) {
  std::vector<Variable> all =
      rules.file.empty() ? of_this_process() : parse_environment(read_option_file(rules.file, kLargest), rules.file);
  refuse_absent(rules, all);
  warn_of_idle(rules.include, "include", "", all, rules, warnings);
  std::erase_if(all, [&](const Variable& one) { return !any_matches(rules.include, one.name); });
  warn_of_idle(rules.exclude, "exclude", " that is included", all, rules, warnings);
  std::erase_if(all, [&](const Variable& one) { return any_matches(rules.exclude, one.name); });
  warn_of_idle(rules.mask, "mask", " that is taken", all, rules, warnings);
  warn_of_idle(rules.show, "show", " that is taken", all, rules, warnings);
  for (Variable& one : all) {
    const bool shown = any_matches(rules.show, one.name) && !is_own_key(one.name);
    const bool secret = is_secret_variable(one.name, one.value) && !shown;
    one.masked = secret || any_matches(rules.mask, one.name);
    if (one.masked) one.value.clear();
  }
  std::ranges::sort(all, {}, &Variable::name);
  return all;
}

}  // namespace pgcoffer::policy
