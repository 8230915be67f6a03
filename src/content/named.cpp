#include "content/named.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "content/base64.hpp"
#include "content/characters.hpp"

namespace pgcoffer::content {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kDeepest = 256;  ///< blanks that a line begins with

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

/// What people write where a password is to come is a word: of what is known to be none, a digit and a letter are left,
/// or six digits.
bool looks_made_up(std::string_view value) {
  constexpr std::size_t fewest_digits = 6;
  const auto digits = static_cast<std::size_t>(std::ranges::count_if(value, is_digit));
  const bool letter = std::ranges::any_of(value, is_letter);
  return (digits > 0 && letter) || (digits >= fewest_digits && digits == value.size());
}

/// Fields of a line of .pgpass: no blanks, and what stands behind a backslash for itself.
std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= line.size(); ++at) {
    if (at < line.size() && line[at] == '\\') {
      ++at;
    } else if (at == line.size() || line[at] == ':') {
      fields.push_back(line.substr(begin, at - begin));
      begin = at + 1;
    }
  }
  return fields;
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

  /// A line "name: value" of YAML, whose value is one word or stands in quotes. `loose`: whatever the value is.
  [[nodiscard]] bool entry(std::size_t colon, bool loose = false) const {
    if (colon + 1 == text_.size() || !is_space(text_[colon + 1]) || colon == 0) return false;
    const char last = text_[colon - 1];
    const bool in_quotes = last == '"' || last == '\'';
    const std::string_view name = name_before(colon - (in_quotes ? 1 : 0));
    std::size_t begin = colon - name.size() - (in_quotes ? 1 : 0);
    if (in_quotes && (begin == 0 || text_[--begin] != last)) return false;
    // What is cooked is salted, too.
    if (!begins_line(begin) || name == "salt" || name == "Salt" || !is_name(name)) return false;
    const auto [value, quoted] = value_of_entry(line_behind(colon));
    if (value.empty()) return false;
    if (loose) return value != "null" && value != "~";
    const bool one_word = value.find_first_of(" \t") == std::string_view::npos;
    return (quoted || one_word) && is_value(value) && looks_made_up(value);
  }

  /// A line of .pgpass, whose first colon this is: host:port:database:user:password.
  [[nodiscard]] bool password_line(std::size_t colon) const {
    std::size_t begin = colon;
    while (begin > 0 && colon - begin < kLongestHost && is_of_host(text_[begin - 1])) --begin;
    if (begin == colon || !begins_line(begin)) return false;
    const std::string_view host = text_.substr(begin, colon - begin), rest = line_behind(colon);
    if (rest.empty() || (!is_digit(rest.front()) && rest.front() != '*') || rest.find(' ') != std::string_view::npos)
      return false;
    const auto fields = fields_of(rest);
    if (fields.size() != 4) return false;
    constexpr std::size_t longest_port = 5;
    const std::string_view port = fields[0], database = fields[1], user = fields[2];
    const auto is_word = [](std::string_view text) {
      return !text.empty() &&
             (text == "*" || (run(text, "_-.@\\:") == text.size() && std::ranges::any_of(text, is_letter)));
    };
    const bool number = port.size() <= longest_port && std::ranges::all_of(port, is_digit);
    const bool names = (host == "*" || host.find('*') == std::string_view::npos) && is_word(database) && is_word(user);
    return names && (number || port == "*") && is_value(fields[3]);
  }

  /// "machine host login name password word" of netrc, on one line or several.
  [[nodiscard]] bool machine(std::size_t begin) const {
    std::string_view rest = text_.substr(begin);
    const bool named = rest.starts_with("machine ");
    if (!named && !rest.starts_with("default ")) return false;
    next_word(rest);
    if (named && next_word(rest).empty()) return false;
    bool login = false, password = false;
    constexpr int most_pairs = 3;
    for (int pair = 0; pair < most_pairs; ++pair) {
      const std::string_view key = next_word(rest);
      if (key != "login" && key != "password" && key != "account") break;
      const std::string_view value = next_word(rest);
      if (value.empty()) break;
      login = login || key == "login";
      password = password || (key == "password" && is_value(value));
    }
    return login && password;
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
  /// What stands behind the colon of an entry, without a comment, and whether it stood in quotes.
  [[nodiscard]] static std::pair<std::string_view, bool> value_of_entry(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    if (text.empty() || text.front() == '#') return {};
    if (text.front() == '"' || text.front() == '\'') return {text.substr(1, text.find(text.front(), 1) - 1), true};
    text = text.substr(0, text.find(" #"));
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return {text, false};
  }
  [[nodiscard]] static bool is_of_host(char c) {
    return is_alnum(c) || std::string_view("_-./*").find(c) != std::string_view::npos;
  }
  /// Whether nothing but blanks, and the dash of a list, stand before a place in its line.
  [[nodiscard]] bool begins_line(std::size_t at) const {
    const std::size_t lowest = at - std::min(at, kDeepest);
    bool dash = false;
    for (; at > lowest; --at) {
      const char c = text_[at - 1];
      if (c == '\n' || c == '\r') return true;
      if (!is_space(c) && (c != '-' || dash || !is_space(text_[at]))) return false;
      dash = dash || c == '-';
    }
    return at == 0;
  }
  [[nodiscard]] std::string_view line_behind(std::size_t at) const {
    const std::string_view rest = text_.substr(at + 1);
    return rest.substr(0, rest.find_first_of("\r\n"));
  }
  /// Takes the next word off a text.
  static std::string_view next_word(std::string_view& text) {
    constexpr std::string_view blanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(blanks));
    text.remove_prefix(word.size());
    return word;
  }
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
        if (reader.entry(at) || reader.password_line(at)) found.add(Kind::named_secret);
        break;
      case 'm':
      case 'd':
        if ((at == 0 || !is_alnum(text[at - 1])) && reader.machine(at)) found.add(Kind::named_secret);
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

bool has_entry_of_secret(std::string_view text, IsCredentialName is_credential_name) {
  const Reader reader(text, is_credential_name);
  for (auto at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1))
    if (reader.entry(at, true)) return true;
  return false;
}

}  // namespace pgcoffer::content
