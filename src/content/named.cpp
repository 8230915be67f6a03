#include "content/named.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "content/base64.hpp"
#include "content/characters.hpp"
#include "content/command_line.hpp"
#include "content/sentences.hpp"
#include "content/stated.hpp"
#include "content/values.hpp"

namespace pgcoffer::content {
namespace {

constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kDeepest = 256;  ///< blanks that a line begins with

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
  Reader(std::string_view text, IsCredentialName is_credential_name, bool in_code = false)
      : text_(text), is_credential_name_(is_credential_name), in_code_(in_code) {}

  /// name=value, with or without quotes around the value.
  [[nodiscard]] bool assigned(std::size_t equals) const {
    const std::string_view name = name_before(text_, equals);
    if (!is_name(name)) return false;
    const auto [value, quoted] = assigned_value(equals + 1);
    if (in_code_ && !quoted && is_dotted_name(value)) return false;
    return is_value_of(name, value) && (!in_code_ || looks_made_up(value));
  }

  /// name = value of files with settings, and 'name' = "value": blanks stand there in prose and code as well.
  [[nodiscard]] bool set(std::size_t equals) const {
    constexpr std::size_t shortest = 6;
    const std::size_t begin = behind_blanks(text_, equals + 1);
    std::size_t end = before_blanks(text_, equals);
    if (end > 0 && text_[end - 1] == ']') --end;
    if (end > 0 && is_quote(text_[end - 1])) --end;
    if (begin == text_.size() || text_[begin] == '=' || (end == equals && begin == equals + 1)) return false;
    const auto [value, quoted] = assigned_value(begin);
    if (value.size() < shortest || !looks_made_up(value) || !is_value(value)) return false;
    return (quoted || !is_expression(value, begin + value.size())) && is_name(name_before(text_, end));
  }

  /// "name": "value" of JSON within a text, where each quote may have backslashes before it, and 'name': 'value' as
  /// Python writes it, where messages about a password stand as well.
  [[nodiscard]] bool member(std::size_t colon) const {
    std::size_t end = colon;
    while (end > 0 && is_blank(text_[end - 1])) --end;
    if (end == 0 || !is_quote(text_[end - 1])) return false;
    const char quote = text_[--end];
    while (end > 0 && text_[end - 1] == '\\') --end;
    const std::string_view name = name_before(text_, end);
    if (name.size() == end || text_[end - name.size() - 1] != quote || !is_name(name)) return false;
    std::size_t at = colon + 1;
    while (at < text_.size() && (is_blank(text_[at]) || text_[at] == '\\')) ++at;
    if (quote == '\'' && at < text_.size() && (text_[at] == 'b' || text_[at] == 'u')) ++at;
    if (at == text_.size() || !is_quote(text_[at])) return false;
    const bool json = quote == '"' && text_[at] == '"';
    const std::string_view rest = text_.substr(at + 1, kLongestValue);
    const std::string_view value = rest.substr(0, rest.find_first_of(text_[at] == '"' ? "\"\\\n" : "'\\\n"));
    return value.size() < rest.size() && is_value_of(name, value) && (json || looks_made_up(value));
  }

  /// <name>value</name>.
  [[nodiscard]] bool element(std::size_t open) const {
    const std::string_view rest = text_.substr(open + 1);
    const std::size_t length = run(rest.substr(0, kLongestName + 1), "_-");
    const std::string_view name = rest.substr(0, length);
    if (length == rest.size() || rest[length] != '>' || !is_name(name)) return false;
    const std::string_view inner = rest.substr(length + 1, kLongestValue);
    const auto close = inner.find('<');
    return close != std::string_view::npos && inner.substr(close).starts_with("</") &&
           is_value_of(name, inner.substr(0, close));
  }

  /// A line "name: value" of YAML (":name: value" where Ruby wrote it), whose value is one word or stands in quotes.
  /// `loose`: whatever the value is.
  [[nodiscard]] bool entry(std::size_t colon, bool loose = false) const {
    if (colon + 1 == text_.size() || !is_blank(text_[colon + 1]) || colon == 0) return false;
    const char last = text_[colon - 1];
    const bool quoted_name = is_quote(last);
    const std::size_t end = quoted_name ? colon - 1 : before_blanks(text_, colon);
    const std::string_view name = name_before(text_, end);
    std::size_t begin = end - name.size();
    if (quoted_name && (begin == 0 || text_[--begin] != last)) return false;
    if (!quoted_name && begin > 0 && text_[begin - 1] == ':') --begin;
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
  /// What stands behind an equals sign, and whether it stood in quotes.
  [[nodiscard]] std::pair<std::string_view, bool> assigned_value(std::size_t at) const {
    const char quote = at < text_.size() && is_quote(text_[at]) ? text_[at] : '\0';
    const std::string_view rest = text_.substr(std::min(at + (quote == '\0' ? 0 : 1), text_.size()),
                                               quote == '\0' ? kLongestWord : kLongestValue);
    const std::string_view ends = quote == '"' ? "\"\n" : quote == '\'' ? "'\n" : " \t\r\n\"'&;,)<>";
    return {rest.substr(0, rest.find_first_of(ends)), quote != '\0'};
  }
  /// row.password2, list[0], user1->password: what code sets something to.
  [[nodiscard]] bool is_expression(std::string_view value, std::size_t end) const {
    return is_dotted_name(value) || value.find_first_of("[{") != std::string_view::npos ||
           (end < text_.size() && std::string_view("<>\"'").find(text_[end]) != std::string_view::npos);
  }
  /// What stands behind the colon of an entry, without a comment, and whether it stood in quotes.
  [[nodiscard]] static std::pair<std::string_view, bool> value_of_entry(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    if (text.empty() || text.front() == '#') return {};
    if (is_quote(text.front())) return {text.substr(1, text.find(text.front(), 1) - 1), true};
    text = text.substr(0, text.find(" #"));
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
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
      if (!is_blank(c) && (c != '-' || dash || !is_blank(text_[at]))) return false;
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
  [[nodiscard]] bool is_name(std::string_view name) const { return is_secret_name(name, is_credential_name_); }
  /// Two letters (pw) may be short for something else.
  [[nodiscard]] static bool is_value_of(std::string_view name, std::string_view value) {
    constexpr std::size_t shortest_sure = 3;
    return is_value(value) && (name.size() >= shortest_sure || looks_made_up(value));
  }

  std::string_view text_;
  IsCredentialName is_credential_name_;
  bool in_code_;  ///< the text is a piece of code, and compares and sets
};

}  // namespace

void find_named_secrets(std::string_view text, IsCredentialName is_credential_name, Kinds& found, bool in_code) {
  const Reader reader(text, is_credential_name, in_code);
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '=':
        if (reader.assigned(at) || reader.set(at)) found.add(Kind::named_secret);
        break;
      case ':':
        if (reader.member(at)) found.add(Kind::json_secret);
        if (reader.entry(at) || reader.password_line(at)) found.add(Kind::named_secret);
        break;
      case '<':
        if (reader.element(at)) found.add(Kind::named_secret);
        break;
      case 'B':
      case 'b':
      case 'd':
      case 'm':
      case 'r':
        if ((at == 0 || !is_alnum(text[at - 1])) &&
            (reader.authorization(at) || reader.machine(at) || is_password_directive(text, at)))
          found.add(Kind::named_secret);
        break;
      default:
        break;
    }
  }
  if (has_stated_secret(text, is_credential_name) || has_told_secret(text, is_credential_name))
    found.add(Kind::named_secret);
}

bool has_entry_of_secret(std::string_view text, IsCredentialName is_credential_name) {
  const Reader reader(text, is_credential_name);
  for (auto at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1))
    if (reader.entry(at, true)) return true;
  return false;
}

}  // namespace pgcoffer::content
