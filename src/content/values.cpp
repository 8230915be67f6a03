#include "content/values.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.hpp"
#include "content/characters.hpp"

namespace pgcoffer::content {
namespace {

/// Azure's and those of sessions, which are called like nothing else, and what HTTP sets sessions with.
bool is_known_name(std::string_view name) {
  constexpr std::array<std::string_view, 5> known{"AccountKey", "SharedAccessKey", "SharedAccessSignature", "PHPSESSID",
                                                  "JSESSIONID"};
  constexpr std::string_view cookie = "set-cookie";
  return std::ranges::find(known, name) != known.end() ||
         (name.size() == cookie.size() && lower_ascii(std::string(name)) == cookie);
}

bool is_beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

/// pAsSwOrD: capitals that begin no words.
bool has_odd_capitals(std::string_view name) {
  return std::ranges::any_of(name, is_lower) && std::ranges::count_if(name, is_upper) * 3 >= std::ssize(name);
}

/// sha256, aes-256-gcm, base64-encoded: how something is written or made.
bool is_algorithm(std::string_view value) {
  constexpr std::string_view stems =
      " aes sha md base rsa ed es hs rs ps pbkdf argon bcrypt scrypt utf iso ecdsa oauth saml x pkcs chacha secp p "
      "nistp ssh hmac tls ssl curve sntrup ";
  const std::string lower = lower_ascii(std::string(value));
  for (std::string_view rest = lower; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find_first_of("-_/."));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const auto letters = static_cast<std::size_t>(std::ranges::find_if_not(part, is_letter) - part.begin());
    const std::string_view number = part.substr(letters);
    constexpr std::size_t longest_number = 4;
    const bool known = (number.size() <= longest_number || number == "25519") &&
                       stems.find(" " + std::string(part.substr(0, letters)) + " ") != std::string_view::npos;
    const bool first = part.data() == lower.data();
    const bool other = !first && (letters == 0 || letters == part.size());
    if (!(known || other) || !std::ranges::all_of(number, is_digit)) return false;
  }
  return !lower.empty();
}

/// Words that stand where a secret would, in examples, forms and code.
bool is_stand_in(std::string_view value) {
  constexpr std::array<std::string_view, 12> words{"password", "required", "optional", "string", "secret", "token",
                                                   "none",     "true",     "false",    "hidden", "empty",  "undefined"};
  constexpr std::string_view beginnings = "$%{<[(:?@";
  return beginnings.find(value.front()) != std::string_view::npos || std::ranges::find(words, value) != words.end();
}

/// 8-character, 12-stellig: how long one has to be.
bool is_measure(std::string_view value) {
  const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(value, is_digit) - value.begin());
  const std::string_view rest = value.substr(digits);
  return digits > 0 && rest.size() > 1 && (rest.front() == '-' || rest.front() == '+') &&
         std::ranges::all_of(rest.substr(1), is_letter);
}

}  // namespace

std::size_t behind_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t", at), text.size());
}

std::size_t before_blanks(std::string_view text, std::size_t at) {
  const std::size_t lowest = at - std::min(at, kLongestName);
  while (at > lowest && is_blank(text[at - 1])) --at;
  return at;
}

std::string_view name_before(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && end - begin <= kLongestName &&
         (is_alnum(text[begin - 1]) || text[begin - 1] == '_' || text[begin - 1] == '-' ||
          is_beyond_ascii(text[begin - 1])))
    --begin;
  return text.substr(begin, end - begin);
}

bool is_secret_name(std::string_view name, IsCredentialName is_credential_name) {
  while (name.starts_with('-')) name.remove_prefix(1);
  if (name.size() < 2 || name.size() > kLongestName) return false;
  if (is_known_name(name) || is_credential_name(name)) return true;
  if (has_odd_capitals(name) && is_credential_name(lower_ascii(std::string(name)))) return true;
  // Quotation marks and dashes of print are beyond ASCII, too.
  const auto last = std::find_if(name.rbegin(), name.rend(), is_beyond_ascii);
  if (last == name.rend()) return false;
  const std::string_view rest = name.substr(static_cast<std::size_t>(name.rend() - last));
  return rest.size() >= 2 && is_credential_name(rest);
}

bool is_other_thing(std::string_view text, std::size_t begin, std::string_view name,
                    IsCredentialName is_credential_name) {
  const std::string lower = lower_ascii(std::string(name));
  if (lower != "pass" && lower != "token" && lower != "salt") return false;
  const std::string_view word = name_before(text, before_blanks(text, begin));
  return lower == "salt" || (!word.empty() && !is_secret_pair(text, begin, lower, is_credential_name));
}

bool is_secret_pair(std::string_view text, std::size_t begin, std::string_view name,
                    IsCredentialName is_credential_name) {
  const std::string_view word = name_before(text, before_blanks(text, begin));
  return !word.empty() && is_secret_name(std::string(word).append("_").append(name), is_credential_name);
}

bool is_value(std::string_view value) {
  return is_secret_text(value) && !is_stand_in(value) && value.find('(') == std::string_view::npos;
}

bool looks_made_up(std::string_view value) {
  constexpr std::size_t fewest_digits = 6;
  const auto digits = static_cast<std::size_t>(std::ranges::count_if(value, is_digit));
  const bool letter = std::ranges::any_of(value, is_letter);
  return (digits > 0 && letter) || (digits >= fewest_digits && digits == value.size());
}

bool is_made_up_word(std::string_view value, std::size_t least) {
  return value.size() >= least && value.find_first_of(" \t\r\n") == std::string_view::npos && looks_made_up(value) &&
         is_value(value) && !is_measure(value) && !is_algorithm(value);
}

bool is_mixed(std::string_view value) {
  constexpr int fewest_changes = 4;
  int changes = 0;
  char before = '\0';
  for (const char c : value) {
    if (!is_alnum(c)) continue;
    if (before != '\0' && is_digit(c) != is_digit(before)) ++changes;
    before = c;
  }
  return changes >= fewest_changes;
}

bool is_dotted_name(std::string_view value) {
  if (value.find('.') == std::string_view::npos || run(value, "._$") != value.size()) return false;
  for (std::size_t at = 0; at <= value.size(); at = std::min(value.find('.', at), value.size()) + 1)
    if (at == value.size() || value[at] == '.' || is_digit(value[at])) return false;
  return true;
}

std::string_view in_quotes(std::string_view text, std::size_t open) {
  const std::string_view rest = text.substr(open + 1, kLongestValue);
  const auto close = rest.find_first_of(text[open] == '"' ? "\"\r\n" : "'\r\n");
  return close == std::string_view::npos || rest[close] != text[open] ? std::string_view() : rest.substr(0, close);
}

}  // namespace pgcoffer::content
