#include "content/stated.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.hpp"
#include "content/base64.hpp"
#include "content/characters.hpp"
#include "content/command_line.hpp"
#include "content/values.hpp"

namespace pgcoffer::content {
namespace {

constexpr std::size_t kShortestStated = 8;  ///< of a value in prose or code: level2 and oauth2 are none

/// One text, and where in it something is told by the character that stands there.
class Statements {
 public:
  Statements(std::string_view text, IsCredentialName is_credential_name)
      : text_(text), is_credential_name_(is_credential_name) {}

  /// "the password: value" and "password:value" within a line.
  [[nodiscard]] bool said(std::size_t colon) const {
    const std::size_t end = before_blanks(text_, colon);
    if (end == 0 || name_before(text_, end).empty()) return false;
    const std::size_t begin = behind_blanks(text_, colon + 1);
    const bool apart = begin > colon + 1;
    const std::string_view value = said_value(begin);
    if (!is_made_up_word(value, kShortestStated) || is_dotted_name(value)) return false;
    if (value.find("://") != std::string_view::npos || (!apart && value.find(':') != std::string_view::npos))
      return false;
    const std::string_view name = name_before(text_, end);
    const std::size_t start = end - name.size();
    if (!is_name(name)) return is_mixed(value) && is_secret_pair(text_, start, name, is_credential_name_);
    return stands_alone(start, apart) && !is_other_thing(text_, start, name, is_credential_name_);
  }

  /// "auth": "…" of Docker's settings: the name of a user and its password.
  [[nodiscard]] bool registry(std::size_t colon) const {
    constexpr std::string_view key = "\"auth\"";
    const std::size_t end = before_blanks(text_, colon), begin = behind_blanks(text_, colon + 1);
    if (!text_.substr(0, end).ends_with(key) || begin == text_.size() || text_[begin] != '"') return false;
    const auto pair = decode_base64(in_quotes(text_, begin));
    return pair && pair->find(':') != std::string::npos && pair->back() != ':' && pair->front() != ':';
  }

  /// PASSWORD 'value' and IDENTIFIED BY 'value'.
  [[nodiscard]] bool sql(std::size_t quote) const {
    const std::size_t end = before_blanks(text_, quote);
    if (end == quote) return false;
    const std::string_view word = name_before(text_, end);
    constexpr std::size_t shortest = 6;
    if (word.size() != 8 && word.size() != 2) return false;
    const std::string lower = lower_ascii(std::string(word));
    const std::size_t before = before_blanks(text_, end - word.size());
    const bool named =
        lower == "password" || (lower == "by" && lower_ascii(std::string(name_before(text_, before))) == "identified");
    return named && is_made_up_word(in_quotes(text_, quote), shortest);
  }

  /// s:8:"password";s:11:"value" as PHP writes it: the quote is that behind the name.
  [[nodiscard]] bool serialized(std::size_t quote) const {
    constexpr std::size_t most_digits = 8;
    std::string_view rest = text_.substr(quote + 1);
    if (!rest.starts_with(";s:")) return false;
    rest = rest.substr(3, most_digits + kLongestValue);
    const std::size_t digits = std::min(rest.find(':'), rest.size());
    if (digits == 0 || digits > most_digits || !std::ranges::all_of(rest.substr(0, digits), is_digit)) return false;
    if (digits + 1 >= rest.size() || rest[digits + 1] != '"') return false;
    rest.remove_prefix(digits + 2);
    return is_value(rest.substr(0, rest.find('"'))) && is_quoted_name(quote);
  }

  /// 'password' => 'value' and :password => "value".
  [[nodiscard]] bool arrow(std::size_t equals) const {
    if (!text_.substr(equals + 1).starts_with('>')) return false;
    const std::size_t begin = behind_blanks(text_, equals + 2), end = before_blanks(text_, equals);
    if (end == 0 || !holds_made_up(begin)) return false;
    return is_quote(text_[end - 1]) ? is_quoted_name(end - 1) : is_name(name_before(text_, end));
  }

  /// define('DB_PASSWORD', 'value'): the quote is that behind the name.
  [[nodiscard]] bool defined(std::size_t quote) const {
    const std::size_t comma = behind_blanks(text_, quote + 1);
    if (comma == text_.size() || text_[comma] != ',') return false;
    const std::string_view name = name_before(text_, quote);
    if (name.empty() || quote < name.size() + 1) return false;
    const std::size_t open = before_blanks(text_, quote - name.size() - 1);
    return text_.substr(0, open).ends_with("define(") && holds_made_up(behind_blanks(text_, comma + 1)) &&
           is_quoted_name(quote);
  }

  /// <property name="password" value="…"/> and <setting key="password">…</setting>.
  [[nodiscard]] bool element(std::size_t open) const {
    constexpr std::size_t longest = 512;
    if (open + 1 == text_.size() || !is_letter(text_[open + 1])) return false;
    const std::string_view rest = text_.substr(open + 1, longest);
    const std::size_t end = rest.find_first_of("<>");
    if (end == std::string_view::npos || rest[end] != '>') return false;
    const std::string_view tag = rest.substr(0, end);
    const auto named = [&](const char* attribute) { return is_name(attribute_of(tag, attribute)); };
    if (!named(" name=") && !named(" key=")) return false;
    if (is_made_up_word(attribute_of(tag, " value="), kShortestStated)) return true;
    const std::string_view inner = text_.substr(open + 1 + end + 1, kLongestValue);
    const std::size_t close = inner.find('<');
    return close != std::string_view::npos && inner.substr(close).starts_with("</") &&
           is_made_up_word(inner.substr(0, close), kShortestStated);
  }

 private:
  [[nodiscard]] bool is_name(std::string_view name) const { return is_secret_name(name, is_credential_name_); }

  /// The name in the quotes whose last this is.
  [[nodiscard]] bool is_quoted_name(std::size_t quote) const {
    const std::string_view name = name_before(text_, quote);
    return name.size() < quote && text_[quote - name.size() - 1] == text_[quote] && is_name(name);
  }
  /// Laravel says "required|min:8" of a password.
  [[nodiscard]] bool holds_made_up(std::size_t quote) const {
    if (quote >= text_.size() || !is_quote(text_[quote])) return false;
    const std::string_view value = in_quotes(text_, quote);
    return is_made_up_word(value, kShortestStated) && value.find("min:") == std::string_view::npos;
  }
  /// A word, without what ends a sentence; or what stands in quotes.
  [[nodiscard]] std::string_view said_value(std::size_t begin) const {
    if (begin == text_.size()) return {};
    if (is_quote(text_[begin])) return in_quotes(text_, begin);
    const std::string_view rest = text_.substr(begin, kLongestWord);
    std::string_view word = rest.substr(0, rest.find_first_of(" \t\r\n\"'\\,;<>()[]{}|"));
    while (!word.empty() && std::string_view(".:!?").find(word.back()) != std::string_view::npos) word.remove_suffix(1);
    return word;
  }
  /// Within arn:aws:secret:name and pictures/secret:v1.2 nothing is said of a secret.
  [[nodiscard]] bool stands_alone(std::size_t begin, bool apart) const {
    if (begin == 0) return true;
    const std::string_view before = apart ? " \t\r\n\"'{(,;&/|>.[*_`" : " \t\r\n\"'{(,;&|>[*`";
    return before.find(text_[begin - 1]) != std::string_view::npos;
  }
  /// The value of an attribute, which is given with a blank before and the sign behind its name.
  [[nodiscard]] static std::string_view attribute_of(std::string_view tag, std::string_view attribute) {
    const std::size_t at = tag.find(attribute);
    const std::size_t quote = at + attribute.size();
    return at == std::string_view::npos || quote >= tag.size() || !is_quote(tag[quote]) ? std::string_view()
                                                                                        : in_quotes(tag, quote);
  }

  std::string_view text_;
  IsCredentialName is_credential_name_;
};

}  // namespace

bool has_stated_secret(std::string_view text, IsCredentialName is_credential_name) {
  const Statements statements(text, is_credential_name);
  bool found = false;
  for (std::size_t at = 0; at < text.size() && !found; ++at) {
    switch (text[at]) {
      case ':':
        found = statements.said(at) || statements.registry(at);
        break;
      case '\'':
      case '"':
        found = statements.sql(at) || statements.serialized(at) || statements.defined(at);
        break;
      case '=':
        found = statements.arrow(at);
        break;
      case '<':
        found = statements.element(at);
        break;
      case '-':
        found = is_secret_option(text, at, is_credential_name);
        break;
      default:
        break;
    }
  }
  return found;
}

bool has_sql_password(std::string_view sql, IsCredentialName is_credential_name) {
  const Statements statements(sql, is_credential_name);
  for (auto at = sql.find('\''); at != std::string_view::npos; at = sql.find('\'', at + 1))
    if (statements.sql(at)) return true;
  return false;
}

}  // namespace pgcoffer::content
