#include "content/detect.hpp"

#include "content/characters.hpp"
#include "content/personal.hpp"
#include "content/random.hpp"
#include "content/tokens.hpp"
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

/// What the texts in it hold, and whether one's name is that of a credential. `text` is well-formed JSON.
void find_in_json(std::string_view text, IsCredentialName is_credential_name, Kinds& found) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    if (*at != '"') {
      ++at;
      continue;
    }
    const std::string_view name = take_string(at);
    const char* const behind = json::skip_space(at, end);
    if (behind == end || *behind != ':') {
      found.add(recognised_in(name));  // an element of an array
      continue;
    }
    at = json::skip_space(behind + 1, end);
    if (at == end || *at != '"') continue;
    const std::string_view value = take_string(at);
    if (is_credential_name(name) && is_secret_text(value)) found.add(Kind::json_secret);
    found.add(recognised_in(value));
  }
}

bool is_json(std::string_view value) {
  if (value.size() < 8 || (value.front() != '{' && value.front() != '[')) return false;
  return value.find('"') != std::string_view::npos && json::inspect(value);
}

}  // namespace

Kinds kinds_in(std::string_view value, IsCredentialName is_credential_name) {
  Kinds found;
  if (value.size() < 3) return found;
  // Numbers of chance have some other shape by chance, too, once in many rows.
  find_random_number(value, found);
  if (!found.empty()) return found;
  found.add(recognised_in(value));
  if (is_json(value)) find_in_json(value, is_credential_name, found);
  // What has been recognised is no unknown text of chance.
  if (found.empty()) find_random_text(value, found);
  return found;
}

Kinds recognised_in(std::string_view text) {
  Kinds found;
  if (text.size() < 3) return found;
  find_tokens(text, found);
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

}  // namespace pgcoffer::content
