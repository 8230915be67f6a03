#include "seal/der.hpp"

#include "pgcoffer/error.hpp"

namespace pgcoffer::seal {
namespace {

std::uint8_t byte(char c) {
  return static_cast<std::uint8_t>(c);
}

}  // namespace

void refuse_form() {
  throw Error(Kind::damaged, "sealed data is damaged: it is not the message pgcoffer makes");
}

std::uint8_t Der::next_tag() const {
  if (rest_.empty()) refuse_form();
  return byte(rest_.front());
}

std::string_view Der::take(std::uint8_t tag) {
  if (rest_.size() < 2 || next_tag() != tag) refuse_form();
  std::size_t length = byte(rest_[1]);
  std::size_t header = 2;
  if (length >= 0x80) {
    const std::size_t count = length & 0x7F;
    if (count == 0 || count > sizeof(std::size_t) || rest_.size() < 2 + count) refuse_form();
    length = 0;
    for (; header < 2 + count; ++header) length = length << 8 | byte(rest_[header]);
    const bool shortest = length >= 0x80 && rest_[2] != 0;
    if (!shortest) refuse_form();
  }
  if (length > rest_.size() - header) refuse_form();
  const std::string_view content = rest_.substr(header, length);
  rest_.remove_prefix(header + length);
  return content;
}

void Der::expect(std::uint8_t tag, std::string_view content) {
  if (take(tag) != content) refuse_form();
}

std::uint64_t Der::take_number() {
  const std::string_view content = take(integer);
  if (content.empty() || content.size() > 8 || byte(content[0]) >= 0x80) refuse_form();
  std::uint64_t value = 0;
  for (const char c : content) value = value << 8 | byte(c);
  return value;
}

void Der::finish() const {
  if (!rest_.empty()) refuse_form();
}

}  // namespace pgcoffer::seal
