#include "archive/json_text.hpp"

#include <array>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "rows/scan.hpp"

namespace pgcoffer::archive {
namespace {

/// What stands after the backslash for a byte that a JSON string must escape; 'u' for those without a letter of their
/// own, 0 for all others.
constexpr auto escapes = [] {
  std::array<char, 256> letters{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) letters[byte] = 'u';
  letters['\b'] = 'b';
  letters['\f'] = 'f';
  letters['\n'] = 'n';
  letters['\r'] = 'r';
  letters['\t'] = 't';
  letters['"'] = '"';
  letters['\\'] = '\\';
  return letters;
}();

/// The first byte at or after `at` that must be escaped, or the text's size.
std::size_t next_escape(std::string_view text, std::size_t at) {
  for (; at + rows::scan::Step <= text.size(); at += rows::scan::Step)
    if (const auto found = rows::scan::control_or<'"', '\\'>(text.data() + at); found != 0)
      return at + rows::scan::first(found);
  while (at < text.size() && escapes[static_cast<unsigned char>(text[at])] == 0) ++at;
  return at;
}

void append_escaped(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  const char letter = escapes[byte];
  out += '\\';
  out += letter;
  if (letter != 'u') return;
  constexpr std::string_view digits = "0123456789abcdef";
  out += "00";
  out += digits[byte >> 4U];
  out += digits[byte & 0xFU];
}

}  // namespace

void append_text(std::string& out, std::string_view text) {
  if (!is_utf8(text)) {
    out.append(R"({"hex":")").append(to_hex(text)).append("\"}");
    return;
  }
  out += '"';
  for (std::size_t at = 0;; ++at) {
    const std::size_t escape = next_escape(text, at);
    out.append(text, at, escape - at);
    if (escape == text.size()) break;
    append_escaped(out, text[escape]);
    at = escape;
  }
  out += '"';
}

void ObjectText::begin(std::string_view key) {
  if (!first_) out_ += ',';
  first_ = false;
  if (document_) out_ += "\n ";
  out_.append("\"").append(key).append(document_ ? "\": " : "\":");
}

void ObjectText::numbers(std::string_view key, const std::vector<int>& values) {
  begin(key);
  out_ += '[';
  for (const int value : values) {
    if (out_.back() != '[') out_ += ',';
    out_ += std::to_string(value);
  }
  out_ += ']';
}

void ObjectText::texts(std::string_view key, const std::vector<std::string>& values) {
  begin(key);
  out_ += '[';
  for (const std::string& value : values) {
    if (out_.back() != '[') out_ += ',';
    append_text(out_, value);
  }
  out_ += ']';
}

}  // namespace pgcoffer::archive
