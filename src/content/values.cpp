#include "content/values.hpp"

#include <algorithm>
#include <array>

#include "content/characters.hpp"

namespace pgcoffer::content {
namespace {

/// Azure's and those of sessions, which are called like nothing else.
bool is_known_name(std::string_view name) {
  constexpr std::array<std::string_view, 5> known{"AccountKey", "SharedAccessKey", "SharedAccessSignature", "PHPSESSID",
                                                  "JSESSIONID"};
  return std::ranges::find(known, name) != known.end();
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
         (is_alnum(text[begin - 1]) || text[begin - 1] == '_' || text[begin - 1] == '-'))
    --begin;
  return text.substr(begin, end - begin);
}

bool is_secret_name(std::string_view name, IsCredentialName is_credential_name) {
  while (name.starts_with('-')) name.remove_prefix(1);
  if (name.size() < 3 || name.size() > kLongestName) return false;
  return is_known_name(name) || is_credential_name(name);
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
         is_value(value) && !is_measure(value);
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
