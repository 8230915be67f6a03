#include "rows/json_value.hpp"

#include "rows/json_text.hpp"

namespace pgcoffer::rows::json_value {
namespace {

constexpr std::string_view Key = "\"$json\"";

/// The first key with its quotes, as it is spelled; empty for what is not an object or has no key.
[[nodiscard]] std::string_view first_key(std::string_view value) {
  const char* const end = value.data() + value.size();
  if (value.empty() || value.front() != '{') return {};
  const char* const start = json_text::skip_space(value.data() + 1, end);
  if (*start != '"') return {};
  return {start, static_cast<std::size_t>(json_text::after_string(start) - start)};
}

}  // namespace

bool can_be_embedded(std::string_view text) {
  if (text.empty() || text == "null" || text.front() == ' ' || text.back() == ' ') return false;
  const auto facts = json_text::inspect(text);
  if (!facts || facts->line_space || facts->lone_surrogate || facts->depth > MostDepth) return false;
  // An object whose first key is or could be read as the wrapper's.
  const std::string_view key = first_key(text);
  return key != Key && key.find('\\') == std::string_view::npos;
}

void append_wrapped(std::string_view text, Buffer& out) {
  out.append("{");
  out.append(Key);
  out.append(":");
  json_text::append_string(text, out);
  out.append("}");
  out.room();
}

std::optional<std::string_view> wrapped_content(std::string_view value) {
  const std::string_view key = first_key(value);
  if (key != Key) return std::nullopt;
  const char* const end = value.data() + value.size();
  const char* at = json_text::skip_space(key.data() + key.size(), end);
  at = json_text::skip_space(at + 1, end);
  if (*at != '"') return std::nullopt;
  const char* const after = json_text::after_string(at);
  if (*json_text::skip_space(after, end) != '}') return std::nullopt;
  return std::string_view(at + 1, static_cast<std::size_t>(after - at - 2));
}

}  // namespace pgcoffer::rows::json_value
