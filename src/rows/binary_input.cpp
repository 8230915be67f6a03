#include "rows/binary_input.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <optional>

namespace pgcoffer::rows::binary_input {
namespace {

/// The whole text as a number; a plus sign or spaces, which the server would take, it never writes.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc() || stopped != end) return std::nullopt;
  return value;
}

template <class Integer>
bool append_integer(std::string_view text, Buffer& out) {
  const std::optional<Integer> value = number_of<Integer>(text);
  if (!value) return false;
  out.room();
  put_number(static_cast<std::make_unsigned_t<Integer>>(*value), out);
  return true;
}

bool append_boolean(std::string_view text, Buffer& out) {
  if (text != "t" && text != "f") return false;
  out.room();
  out.put(text == "t" ? '\1' : '\0');
  return true;
}

bool append_text(std::string_view text, Buffer& out) {
  out.append(text);
  return true;
}

bool append_jsonb(std::string_view text, Buffer& out) {
  constexpr char version = 1;
  out.room(text.size());
  out.put(version);
  out.put(text);
  return true;
}

/// Values of hexadecimal digits; 0xff for what is none.
constexpr auto kHexadecimal = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xff);
  for (std::uint8_t i = 0; i < 10; ++i) values.at(std::size_t{'0'} + i) = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    values.at(std::size_t{'a'} + i) = static_cast<std::uint8_t>(10 + i);
    values.at(std::size_t{'A'} + i) = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}();

/// Puts the bytes of an even number of digits, for which there is room.
bool put_bytes(std::string_view digits, Buffer& out) {
  unsigned bad = 0;
  char* to = out.at;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const unsigned high = kHexadecimal[static_cast<unsigned char>(digits[i])];
    const unsigned low = kHexadecimal[static_cast<unsigned char>(digits[i + 1])];
    bad |= high | low;
    *to++ = static_cast<char>(high << 4U | low);
  }
  out.at = to;
  return (bad & 0xf0U) == 0;
}

bool append_bytea(std::string_view text, Buffer& out) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) return false;
  out.room(text.size() / 2);
  return put_bytes(text.substr(2), out);
}

bool append_uuid(std::string_view text, Buffer& out) {
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
  out.room();
  return put_bytes(text.substr(0, 8), out) && put_bytes(text.substr(9, 4), out) && put_bytes(text.substr(14, 4), out) &&
         put_bytes(text.substr(19, 4), out) && put_bytes(text.substr(24), out);
}

template <class Bits, class Float>
bool append_float(std::string_view text, Buffer& out) {
  using Limits = std::numeric_limits<Float>;
  std::optional<Float> value;
  if (text == "NaN") {
    value = Limits::quiet_NaN();
  } else if (text == "Infinity") {
    value = Limits::infinity();
  } else if (text == "-Infinity") {
    value = -Limits::infinity();
  } else {
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    // Other words for those, which std::from_chars knows, too, the server does not write.
    if (!digits.empty() && digits[0] >= '0' && digits[0] <= '9') value = number_of<Float>(text);
  }
  if (!value) return false;
  out.room();
  put_number(std::bit_cast<Bits>(*value), out);
  return true;
}

bool are_digits(std::string_view text) {
  bool all = true;
  for (const char c : text) all = all && c >= '0' && c <= '9';
  return all;
}

/// Puts groups of four decimal digits; the last one is filled up with zeros.
void put_groups(std::string_view digits, Buffer& out) {
  for (std::size_t at = 0; at < digits.size(); at += 4) {
    out.room();
    unsigned group = 0;
    for (std::size_t i = at; i < at + 4; ++i)
      group = group * 10 + (i < digits.size() ? static_cast<unsigned>(digits[i] - '0') : 0U);
    put_number(static_cast<std::uint16_t>(group), out);
  }
}

bool append_numeric(std::string_view text, Buffer& out) {
  constexpr std::uint16_t positive = 0, negative = 0x4000, nan = 0xC000;
  constexpr std::size_t most_scale = 0x3FFF, most_whole = 131072;
  out.room();
  if (text == "NaN") {
    for (const std::uint16_t part : {std::uint16_t{0}, std::uint16_t{0}, nan, std::uint16_t{0}}) put_number(part, out);
    return true;
  }
  const bool minus = text.starts_with('-');
  text.remove_prefix(minus ? 1 : 0);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == text.size() ? std::string_view() : text.substr(point + 1);
  if (whole.empty() || whole.size() > most_whole || !are_digits(whole) || !are_digits(fraction)) return false;
  if (fraction.size() > most_scale || (point != text.size() && fraction.empty())) return false;
  // Groups of four digits count from the point: the first one may have fewer.
  const std::size_t whole_groups = (whole.size() + 3) / 4, groups = whole_groups + (fraction.size() + 3) / 4;
  put_number(static_cast<std::uint16_t>(groups), out);
  put_number(static_cast<std::uint16_t>(whole_groups - 1), out);
  put_number(minus ? negative : positive, out);
  put_number(static_cast<std::uint16_t>(fraction.size()), out);
  const std::size_t first = whole.size() - 4 * (whole_groups - 1);
  unsigned group = 0;
  for (const char digit : whole.substr(0, first)) group = group * 10 + static_cast<unsigned>(digit - '0');
  put_number(static_cast<std::uint16_t>(group), out);
  put_groups(whole.substr(first), out);
  put_groups(fraction, out);
  return true;
}

using Append = bool (*)(std::string_view text, Buffer& out);

/// Null for what cannot be made of text.
Append append_of(Scalar scalar) noexcept {
  switch (scalar) {
    case Scalar::boolean:
      return append_boolean;
    case Scalar::int2:
      return append_integer<std::int16_t>;
    case Scalar::int4:
      return append_integer<std::int32_t>;
    case Scalar::int8:
      return append_integer<std::int64_t>;
    case Scalar::unsigned4:
      return append_integer<std::uint32_t>;
    case Scalar::float4:
      return append_float<std::uint32_t, float>;
    case Scalar::float8:
      return append_float<std::uint64_t, double>;
    case Scalar::numeric:
      return append_numeric;
    case Scalar::text:
      return append_text;
    case Scalar::jsonb:
      return append_jsonb;
    case Scalar::bytea:
      return append_bytea;
    case Scalar::uuid:
      return append_uuid;
    case Scalar::date:
      return append_date;
    case Scalar::timestamp:
      return append_timestamp;
    case Scalar::timestamptz:
      return append_timestamptz;
    case Scalar::unsigned8:
    case Scalar::time:
    case Scalar::timetz:
    case Scalar::interval:
    case Scalar::finite_interval:
    case Scalar::inet:
    case Scalar::cidr:
    case Scalar::macaddr:
    case Scalar::bits:
      break;
  }
  return nullptr;
}

}  // namespace

bool known(const BinaryForm& form) noexcept {
  return form.shape == Shape::one && append_of(form.scalar) != nullptr;
}

bool append_scalar(Scalar scalar, std::string_view text, Buffer& out) {
  const Append append = append_of(scalar);
  return append != nullptr && append(text, out);
}

bool append(const BinaryForm& form, std::string_view text, Buffer& out) {
  return form.array ? append_array(form, text, out) : append_scalar(form.scalar, text, out);
}

}  // namespace pgcoffer::rows::binary_input
