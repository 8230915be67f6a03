#include "content/named.hpp"

#include <algorithm>
#include <array>

#include "content/base64.hpp"
#include "content/characters.hpp"

namespace pgcoffer::content {
namespace {

constexpr std::size_t kLongestName = 64;

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

/// Azure's, which are called like nothing else.
bool is_known_name(std::string_view name) {
  return name == "AccountKey" || name == "SharedAccessKey" || name == "SharedAccessSignature";
}

/// Words that stand where a secret would, in examples, forms and code.
bool is_stand_in(std::string_view value) {
  constexpr std::array<std::string_view, 12> words{"password", "required", "optional", "string", "secret", "token",
                                                   "none",     "true",     "false",    "hidden", "empty",  "undefined"};
  constexpr std::string_view beginnings = "$%{<[(:?@";
  return beginnings.find(value.front()) != std::string_view::npos || std::ranges::find(words, value) != words.end();
}

/// One text, and where in it something is told by the character that stands there.
class Reader {
 public:
  Reader(std::string_view text, IsCredentialName is_credential_name)
      : text_(text), is_credential_name_(is_credential_name) {}

  /// name=value, with or without quotes around the value.
  [[nodiscard]] bool assigned(std::size_t equals) const {
    if (!is_name(name_before(equals))) return false;
    const std::size_t at = equals + 1;
    const char quote = at < text_.size() && (text_[at] == '"' || text_[at] == '\'') ? text_[at] : '\0';
    const std::string_view rest = text_.substr(std::min(at + (quote == '\0' ? 0 : 1), text_.size()));
    const std::string_view ends = quote == '"' ? "\"\n" : quote == '\'' ? "'\n" : " \t\r\n\"'&;,)<>";
    return is_value(rest.substr(0, rest.find_first_of(ends)));
  }

  /// "name": "value" of JSON within a text, where each quote may have backslashes before it.
  [[nodiscard]] bool member(std::size_t colon) const {
    std::size_t end = colon;
    while (end > 0 && is_space(text_[end - 1])) --end;
    if (end == 0 || text_[end - 1] != '"') return false;
    --end;
    while (end > 0 && text_[end - 1] == '\\') --end;
    const std::string_view name = name_before(end);
    if (name.size() == end || text_[end - name.size() - 1] != '"' || !is_name(name)) return false;
    std::size_t at = colon + 1;
    while (at < text_.size() && (is_space(text_[at]) || text_[at] == '\\')) ++at;
    if (at == text_.size() || text_[at] != '"') return false;
    const std::string_view rest = text_.substr(at + 1);
    const auto close = rest.find_first_of("\"\\\n");
    return close != std::string_view::npos && is_value(rest.substr(0, close));
  }

  /// <name>value</name>.
  [[nodiscard]] bool element(std::size_t open) const {
    const std::string_view rest = text_.substr(open + 1);
    const std::size_t length = run(rest.substr(0, kLongestName + 1), "_-");
    const std::string_view name = rest.substr(0, length);
    if (length == rest.size() || rest[length] != '>' || !is_name(name)) return false;
    const std::string_view inner = rest.substr(length + 1);
    const auto close = inner.find('<');
    return close != std::string_view::npos && inner.substr(close).starts_with("</") && is_value(inner.substr(0, close));
  }

  /// What an HTTP client sends: a token, or a name and its password.
  [[nodiscard]] bool authorization(std::size_t begin) const {
    const std::string_view rest = text_.substr(begin);
    if (rest.starts_with("Bearer ") || rest.starts_with("bearer ")) {
      const std::string_view token = rest.substr(7, run(rest.substr(7), "-._~+/="));
      return token.size() >= 16 && std::ranges::any_of(token, is_digit);
    }
    if (!rest.starts_with("Basic ") && !rest.starts_with("basic ")) return false;
    const auto pair = decode_base64(rest.substr(6, run(rest.substr(6), "+/=")));
    return pair && pair->find(':') != std::string::npos && pair->back() != ':';
  }

 private:
  [[nodiscard]] std::string_view name_before(std::size_t end) const {
    std::size_t begin = end;
    while (begin > 0 && end - begin <= kLongestName &&
           (is_alnum(text_[begin - 1]) || text_[begin - 1] == '_' || text_[begin - 1] == '-'))
      --begin;
    return text_.substr(begin, end - begin);
  }
  [[nodiscard]] bool is_name(std::string_view name) const {
    while (name.starts_with('-')) name.remove_prefix(1);
    if (name.size() < 3 || name.size() > kLongestName) return false;
    return is_known_name(name) || is_credential_name_(name);
  }
  /// Not a call of a function either.
  [[nodiscard]] static bool is_value(std::string_view value) {
    return is_secret_text(value) && !is_stand_in(value) && value.find('(') == std::string_view::npos;
  }

  std::string_view text_;
  IsCredentialName is_credential_name_;
};

}  // namespace

void find_named_secrets(std::string_view text, IsCredentialName is_credential_name, Kinds& found) {
  const Reader reader(text, is_credential_name);
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '=':
        if (reader.assigned(at)) found.add(Kind::named_secret);
        break;
      case ':':
        if (reader.member(at)) found.add(Kind::json_secret);
        break;
      case '<':
        if (reader.element(at)) found.add(Kind::named_secret);
        break;
      case 'B':
      case 'b':
        if ((at == 0 || !is_alnum(text[at - 1])) && reader.authorization(at)) found.add(Kind::named_secret);
        break;
      default:
        break;
    }
  }
}

}  // namespace pgcoffer::content
