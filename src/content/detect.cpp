#include "content/detect.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/sql_tokens.hpp"
#include "content/base64.hpp"
#include "content/elements.hpp"
#include "content/named.hpp"
#include "content/personal.hpp"
#include "content/random.hpp"
#include "content/tokens.hpp"
#include "content/values.hpp"
#include "rows/json_text.hpp"

namespace pgcoffer::content {
namespace {

namespace json = rows::json_text;

/// The content of the string whose opening quote `at` points to; `at` is moved behind it.
std::string_view take_string(const char*& at) {
  const char* const start = at + 1;
  at = json::after_string(at);
  return {start, static_cast<std::size_t>(at - start) - 1};
}

/// A JSON document that is known to be well-formed, looked at string by string.
class JsonReader {
 public:
  JsonReader(std::string_view text, IsCredentialName is_credential_name, Kinds& found)
      : end_(text.data() + text.size()), is_credential_name_(is_credential_name), found_(found) {}

  void read(const char* at) {
    while (at != end_) {
      if (*at == '{') pairs_.emplace_back();
      if (*at == '}') pairs_.pop_back();
      if (*at != '"') {
        ++at;
        continue;
      }
      const std::string name = string(at);
      const char* const behind = json::skip_space(at, end_);
      if (behind == end_ || *behind != ':') {
        look(name);  // an element of an array
        continue;
      }
      at = json::skip_space(behind + 1, end_);
      if (is_one_of(name, values)) pairs_.back().value = at;
      if (is_secret_name(name, is_credential_name_) && holds_secret(at)) found_.add(Kind::json_secret);
      const bool text = at != end_ && *at == '"';
      const std::string value = text ? string(at) : std::string();
      if (text && is_one_of(name, names)) pairs_.back().name = value;
      look_at_pair();
      if (text) look(value);
    }
  }

 private:
  /// What an object has of {"key": "password", "value": "…"}, in any order.
  struct Pair {
    std::string name;
    const char* value = nullptr;  ///< where it begins
  };

  static constexpr std::string_view names = " key name k n field setting variable header ";
  /// What the text itself is called where a credential's name leads to an object.
  static constexpr std::string_view values =
      " v value val plain plaintext text secret data raw content current old new seed hash base32 ";

  static bool is_one_of(const std::string& name, std::string_view list) {
    return list.find(" " + name + " ") != std::string_view::npos;
  }

  /// The string's value; escapes stand for what they say. `at` is moved behind it.
  static std::string string(const char*& at) {
    const std::string_view content = take_string(at);
    std::string value;
    for (const char *c = content.data(), *end = c + content.size(); c != end;) {
      if (*c != '\\') {
        value += *c++;
        continue;
      }
      char utf8[4];
      const std::size_t bytes = json::read_escape(++c, end, utf8);
      if (bytes == 0) return std::string(content);  // half of a pair of surrogates
      value.append(utf8, bytes);
    }
    return value;
  }

  void look_at_pair() {
    const std::string& name = pairs_.back().name;
    if (name.empty() || pairs_.back().value == nullptr) return;
    const char* const value = std::exchange(pairs_.back().value, nullptr);
    const bool secret = is_secret_name(name, is_credential_name_) || (is_header(name) && holds_made_up(value));
    if (secret && holds_secret(value)) found_.add(Kind::json_secret);
  }

  /// With which HTTP says who is asking; payments have authorizations, too.
  static bool is_header(const std::string& name) {
    const std::string lower = lower_ascii(name);
    return lower == "authorization" || lower == "proxy-authorization";
  }
  [[nodiscard]] bool holds_made_up(const char* at) const {
    constexpr std::size_t shortest = 8;
    const std::string text = at != end_ && *at == '"' ? string(at) : std::string();
    return text.size() >= shortest && looks_made_up(text);
  }

  void look(const std::string& text) { found_.add(recognised_in(text, is_credential_name_)); }

  /// What begins at `at` is a text, a long number, an array of texts, or an object that has one.
  [[nodiscard]] bool holds_secret(const char* at) const {
    if (at == end_) return false;
    if (*at == '"') return is_secret_text(string(at));
    if (*at == '[') {
      at = json::skip_space(at + 1, end_);
      return at != end_ && *at == '"' && is_secret_text(string(at));
    }
    if (*at == '{') return object_holds_secret(at + 1);
    return json::after_digits(at, end_) - at >= 6;
  }

  [[nodiscard]] bool object_holds_secret(const char* at) const {
    while (at != end_ && *at != '}' && *at != '{') {
      if (*at != '"') {
        ++at;
        continue;
      }
      const std::string name = string(at);
      const char* const behind = json::skip_space(at, end_);
      if (behind == end_ || *behind != ':') continue;
      at = json::skip_space(behind + 1, end_);
      if (is_one_of(name, values) && at != end_ && *at == '"' && is_secret_text(string(at))) return true;
    }
    return false;
  }

  const char* end_;
  std::vector<Pair> pairs_;  ///< of the objects that have begun
  IsCredentialName is_credential_name_;
  Kinds& found_;
};

bool is_json(std::string_view value) {
  if (value.size() < 8 || (value.front() != '{' && value.front() != '[')) return false;
  return value.find('"') != std::string_view::npos && json::inspect(value);
}

/// Several values of a composite type, as the server writes them.
bool is_composite(std::string_view value) {
  return value.front() == '(' && value.back() == ')' && value.find(',') != std::string_view::npos;
}

/// Not of those between texts: line ends and the like.
bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' && std::string_view("\t\n\v\f\r").find(c) == std::string_view::npos;
}

bool is_ascii_text(char c) {
  return static_cast<signed char>(c) > 0 && c != '\x7f' && !is_control(c);
}

}  // namespace

Kinds kinds_in(std::string_view value, IsCredentialName is_credential_name) {
  Kinds found;
  if (value.size() < 3) return found;
  // Numbers of chance have some other shape by chance, too, once in many rows.
  find_random_number(value, found);
  if (!found.empty()) return found;
  found.add(recognised_in(value, is_credential_name));
  if (is_composite(value)) found.add(kinds_in_composite(value, is_credential_name));
  if (is_json(value)) JsonReader(value, is_credential_name, found).read(value.data());
  // A hash or key of which the server shows its bytes as base64.
  if (value.size() >= 40)
    if (const auto decoded = decode_base64(value)) find_tokens(*decoded, found);
  // What has been recognised is no unknown text of chance.
  if (found.empty()) find_random_text(value, found);
  return found;
}

Kinds recognised_in(std::string_view text, IsCredentialName is_credential_name) {
  Kinds found;
  if (text.size() < 3) return found;
  found.add(secrets_in(text, is_credential_name));
  find_personal_data(text, found);
  return found;
}

bool is_secret_text(std::string_view text) {
  return text.size() >= 4 && text != "REMOVED" && text != "REDACTED" && text != "null" &&
         text.find_first_not_of("*x") != std::string_view::npos;
}

Kinds tokens_in(std::string_view bytes) {
  Kinds found;
  find_tokens(bytes, found);
  return found;
}

Kinds secrets_in(std::string_view bytes, IsCredentialName is_credential_name) {
  Kinds found = tokens_in(bytes);
  find_named_secrets(bytes, is_credential_name, found);
  return found;
}

Kinds personal_in_text(std::string_view text) {
  Kinds found;
  find_personal_data_within(text, found);
  return found;
}

Kinds personal_in_script(std::string_view sql) {
  // Nearly all statements have none: only of the others it has to be known where it stands.
  const Kinds anywhere = personal_in_text(sql);
  if (anywhere.empty()) return anywhere;
  const auto tokens = sql_tokens(sql);
  if (!tokens) return anywhere;
  Kinds found;
  for (const SqlToken& token : *tokens)
    if (token.type == SqlToken::Type::literal) found.add(personal_in_text(token.text));
  return found;
}

Kinds personal_in_bytes(std::string_view bytes) {
  if (std::ranges::none_of(bytes, is_control)) return personal_in_text(bytes);
  // Pictures and what is compressed have "x@y.zz" once in 16 MB, but not in a text of this length.
  constexpr std::size_t shortest = 16;
  Kinds found;
  for (auto at = bytes.begin(); at != bytes.end();) {
    const auto end = std::find_if_not(at, bytes.end(), is_ascii_text);
    const auto length = static_cast<std::size_t>(end - at);
    if (length >= shortest)
      found.add(personal_in_text(bytes.substr(static_cast<std::size_t>(at - bytes.begin()), length)));
    at = std::find_if(end, bytes.end(), is_ascii_text);
  }
  return found;
}

}  // namespace pgcoffer::content
