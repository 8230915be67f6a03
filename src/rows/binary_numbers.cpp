#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "rows/binary_values.hpp"

namespace pgcoffer::rows::binary_values {
namespace {

/// Decimal digits of a floating point number: 0.d1d2d3… times 10 to the power of `point`.
struct Decimal {
  std::array<char, 32> digits{};
  std::size_t count = 0;
  int point = 0;
};

/// Reads what std::to_chars writes: "1.25e+10".
Decimal decimal_of(std::string_view text) {
  Decimal decimal;
  const std::size_t e = text.find('e');
  for (const char c : text.substr(0, e))
    if (c != '.') decimal.digits.at(decimal.count++) = c;
  int exponent = 0;
  const std::string_view power = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  while (decimal.count > 1 && decimal.digits.at(decimal.count - 1) == '0') --decimal.count;
  decimal.point = exponent + 1;
  return decimal;
}

/// The number written with more digits behind: a hair above it, or below it.
template <class Float>
Float beside(const Decimal& decimal, bool above) {
  std::string text = "0.";
  text.append(decimal.digits.data(), decimal.count);
  if (!above) {
    std::size_t last = text.size() - 1;
    while (text[last] == '0') text[last--] = '9';
    --text[last];
  }
  text.append(60, above ? '0' : '9');
  text += above ? "1e" : "e";
  text += std::to_string(decimal.point);
  Float value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The server takes the shortest digits that lie between the two numbers half-way to the neighbours. std::to_chars may
/// take one of these two themselves, where reading it rounds to our number. Only whole numbers of these sizes can be
/// half-way with so few digits.
template <class Float>
bool may_be_half_way(Float value) {
  constexpr bool is_double = sizeof(Float) == sizeof(double);
  return value >= Float(is_double ? 4e15 : 4e6) && value <= Float(is_double ? 1e42 : 1e21);
}

template <class Float>
Decimal shortest(Float value) {
  std::array<char, 64> text{};
  const auto print = [&](auto... precision) {
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, precision...).ptr;
    return decimal_of({text.data(), static_cast<std::size_t>(end - text.data())});
  };
  Decimal decimal = print();
  if (!may_be_half_way(value)) return decimal;
  const auto inside = [&] { return beside<Float>(decimal, true) == value && beside<Float>(decimal, false) == value; };
  for (auto digits = static_cast<int>(decimal.count); !inside() && digits <= std::numeric_limits<Float>::max_digits10;
       ++digits)
    decimal = print(digits);
  return decimal;
}

/// Up to this power of ten numbers are written without an exponent.
template <class Float>
constexpr int kFixed = std::numeric_limits<Float>::digits10;

void append_fixed(const Decimal& decimal, Buffer& out) {
  const std::string_view digits(decimal.digits.data(), decimal.count);
  if (decimal.point <= 0) {
    out.put("0.");
    for (int i = decimal.point; i < 0; ++i) out.put('0');
    return out.put(digits);
  }
  const auto whole = static_cast<std::size_t>(decimal.point);
  out.put(digits.substr(0, whole));
  for (std::size_t i = digits.size(); i < whole; ++i) out.put('0');
  if (digits.size() <= whole) return;
  out.put('.');
  out.put(digits.substr(whole));
}

void append_scientific(const Decimal& decimal, Buffer& out) {
  const std::string_view digits(decimal.digits.data(), decimal.count);
  out.put(digits[0]);
  if (digits.size() > 1) {
    out.put('.');
    out.put(digits.substr(1));
  }
  const int exponent = decimal.point - 1;
  out.put(exponent < 0 ? "e-" : "e+");
  const int power = std::abs(exponent);
  if (power < 10) out.put('0');
  out.at = std::to_chars(out.at, out.at + 4, power).ptr;
}

template <class Float>
void append_float(Float value, Buffer& out) {
  out.room();
  if (std::isnan(value)) return out.put("NaN");
  if (std::signbit(value)) out.put('-');
  if (std::isinf(value)) return out.put("Infinity");
  if (value == 0) return out.put('0');
  const Decimal decimal = shortest(std::abs(value));
  const int exponent = decimal.point - 1;
  exponent >= -4 && exponent < kFixed<Float> ? append_fixed(decimal, out) : append_scientific(decimal, out);
}

void put_group(unsigned group, Buffer& out) {
  for (const unsigned unit : {1000U, 100U, 10U, 1U}) out.put(static_cast<char>('0' + group / unit % 10));
}

/// Digits of a numeric, in groups of four.
class Groups {
 public:
  Groups(std::string_view bytes, std::int16_t weight) : bytes_(bytes), weight_(weight) {
    for (std::size_t i = 0; i < bytes.size() / 2; ++i)
      if (group(i) > 9999) throw damaged_binary("a numeric has a group of digits above 9999");
  }
  /// That of 10000 to the power of `power`.
  [[nodiscard]] unsigned at(int power) const {
    const int index = weight_ - power;
    return index < 0 || static_cast<std::size_t>(index) >= bytes_.size() / 2 ? 0
                                                                             : group(static_cast<std::size_t>(index));
  }

 private:
  [[nodiscard]] unsigned group(std::size_t index) const {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes_[2 * index])) << 8U |
           static_cast<unsigned char>(bytes_[2 * index + 1]);
  }
  std::string_view bytes_;
  int weight_;
};

void append_whole(const Groups& groups, int weight, Buffer& out) {
  if (weight < 0) return out.put('0');
  out.at = std::to_chars(out.at, out.at + Buffer::Slack, groups.at(weight)).ptr;
  for (int power = weight - 1; power >= 0; --power) {
    out.room();
    put_group(groups.at(power), out);
  }
}

void append_fraction(const Groups& groups, int scale, Buffer& out) {
  if (scale == 0) return;
  out.room();
  out.put('.');
  int left = scale;
  for (int power = -1; left > 0; --power, left -= 4) {
    out.room();
    put_group(groups.at(power), out);
  }
  out.at += left;  // not negative: digits too many are taken back
}

}  // namespace

void append_float4(Wire& value, Buffer& out) {
  append_float(std::bit_cast<float>(value.number<std::uint32_t>()), out);
}

void append_float8(Wire& value, Buffer& out) {
  append_float(std::bit_cast<double>(value.number<std::uint64_t>()), out);
}

void append_numeric(Wire& value, Buffer& out) {
  constexpr unsigned negative = 0x4000, nan = 0xC000, positive_infinity = 0xD000, negative_infinity = 0xF000;
  constexpr int most_scale = 0x3FFF;
  const auto count = value.number<std::uint16_t>();
  const auto weight = value.number<std::int16_t>();
  const unsigned sign = value.number<std::uint16_t>();
  const int scale = value.number<std::uint16_t>();
  const Groups groups(value.bytes(std::size_t{count} * 2), weight);
  out.room();
  if (sign == nan) return out.put("NaN");
  if (sign == positive_infinity) return out.put("Infinity");
  if (sign == negative_infinity) return out.put("-Infinity");
  if ((sign != 0 && sign != negative) || scale > most_scale)
    throw damaged_binary("a numeric has a sign or a scale that there is not");
  if (sign == negative) out.put('-');
  append_whole(groups, count == 0 ? -1 : weight, out);
  append_fraction(groups, scale, out);
}

}  // namespace pgcoffer::rows::binary_values
