#include "content/detect.hpp"

#include "content/characters.hpp"
#include "content/personal.hpp"
#include "content/random.hpp"
#include "content/tokens.hpp"
#include "rows/json_text.hpp"

namespace pgcoffer::content {
namespace {

namespace json = rows::json_text;

/// Empty texts, and words that stand where a secret was, are none.
bool is_secret_text(std::string_view content) {
  return content.size() >= 4 && content != "REMOVED" && content != "REDACTED" && content != "null" &&
         content.find_first_not_of("*x") != std::string_view::npos;
}

/// `text` is well-formed JSON.
bool has_secret_member(std::string_view text, IsCredentialName is_credential_name) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    if (*at != '"') {
      ++at;
      continue;
    }
    const char* const after = json::after_string(at);
    const std::string_view name(at + 1, static_cast<std::size_t>(after - at) - 2);
    at = json::skip_space(after, end);
    if (at == end || *at != ':') continue;
    at = json::skip_space(at + 1, end);
    if (at == end || *at != '"' || !is_credential_name(name)) continue;
    const char* const behind = json::after_string(at);
    if (is_secret_text({at + 1, static_cast<std::size_t>(behind - at) - 2})) return true;
  }
  return false;
}

bool has_json_secret(std::string_view value, IsCredentialName is_credential_name) {
  if (value.size() < 8 || (value.front() != '{' && value.front() != '[')) return false;
  return value.find('"') != std::string_view::npos && json::inspect(value) &&
         has_secret_member(value, is_credential_name);
}

}  // namespace

Kinds kinds_in(std::string_view value, IsCredentialName is_credential_name) {
  Kinds found;
  if (value.size() < 3) return found;
  // Numbers of chance have some other shape by chance, too, once in many rows.
  find_random_number(value, found);
  if (!found.empty()) return found;
  find_tokens(value, found);
  if (has_json_secret(value, is_credential_name)) found.add(Kind::json_secret);
  find_personal_data(value, found);
  // What has been recognised is no unknown text of chance.
  if (found.empty()) find_random_text(value, found);
  return found;
}

Kinds tokens_in(std::string_view bytes) {
  Kinds found;
  find_tokens(bytes, found);
  return found;
}

}  // namespace pgcoffer::content
