#include <array>
#include <charconv>
#include <cstdint>

#include "rows/binary_values.hpp"
#include "rows/scan.hpp"

namespace pgcoffer::rows::binary_values {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

void put_hex(char byte, Buffer& out) {
  const auto value = static_cast<unsigned char>(byte);
  out.put(kDigits[value >> 4U]);
  out.put(kDigits[value & 0xfU]);
}

void put_number(unsigned value, int base, Buffer& out) {
  out.at = std::to_chars(out.at, out.at + Buffer::Slack / 4, value, base).ptr;
}

void put_version4(std::string_view bytes, Buffer& out) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (i != 0) out.put('.');
    put_number(static_cast<unsigned char>(bytes[i]), 10, out);
  }
}

struct Run {
  std::size_t first = 0, size = 0;
};

/// The first of the longest runs of zeros, of two at least.
Run zeros(const std::array<unsigned, 8>& words) {
  Run best, run;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words.at(i) != 0) {
      run.size = 0;
      continue;
    }
    if (run.size++ == 0) run.first = i;
    if (run.size > best.size) best = run;
  }
  return best.size < 2 ? Run{} : best;
}

void put_version6(std::string_view bytes, Buffer& out) {
  std::array<unsigned, 8> words{};
  Wire wire(bytes);
  for (unsigned& word : words) word = wire.number<std::uint16_t>();
  const Run run = zeros(words);
  const bool mapped = run.first == 0 && (run.size == 6 || (run.size == 5 && words[5] == 0xffff));
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i >= run.first && i < run.first + run.size) {
      if (i == run.first) out.put(':');
      continue;
    }
    if (i != 0) out.put(':');
    if (i == 6 && mapped) return put_version4(bytes.substr(12), out);
    put_number(words.at(i), 16, out);
  }
  if (run.size != 0 && run.first + run.size == words.size()) out.put(':');
}

}  // namespace

void append_network(Wire& value, bool cidr, Buffer& out) {
  constexpr unsigned version4 = 2, version6 = 3;
  const unsigned family = value.number<std::uint8_t>();
  const unsigned bits = value.number<std::uint8_t>();
  const unsigned is_cidr = value.number<std::uint8_t>();
  const unsigned size = value.number<std::uint8_t>();
  const bool known = (family == version4 && size == 4) || (family == version6 && size == 16);
  if (!known || bits > 8 * size || is_cidr != (cidr ? 1U : 0U)) throw damaged_binary("an address of no known family");
  const std::string_view bytes = value.bytes(size);
  out.room();
  family == version4 ? put_version4(bytes, out) : put_version6(bytes, out);
  if (!cidr && bits == 8 * size) return;
  out.put('/');
  put_number(bits, 10, out);
}

void append_macaddr(Wire& value, Buffer& out) {
  const std::string_view bytes = value.rest();
  if (bytes.size() != 6 && bytes.size() != 8) throw damaged_binary("an address of neither 6 nor 8 bytes");
  out.room();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i != 0) out.put(':');
    put_hex(bytes[i], out);
  }
}

void append_uuid(Wire& value, Buffer& out) {
  const std::string_view bytes = value.bytes(16);
  out.room();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.put('-');
    put_hex(bytes[i], out);
  }
}

void append_bits(Wire& value, Buffer& out) {
  const auto count = value.number<std::int32_t>();
  if (count < 0) throw damaged_binary("a bit string has a negative length");
  const auto bits = static_cast<std::size_t>(count);
  const std::string_view bytes = value.bytes((bits + 7) / 8);
  out.room(bits);
  for (std::size_t i = 0; i < bits; ++i) {
    const unsigned byte = static_cast<unsigned char>(bytes[i / 8]);
    out.put((byte >> (7 - i % 8) & 1U) == 0 ? '0' : '1');
  }
}

void append_hex(std::string_view bytes, Buffer& out) {
  static const auto pairs = [] {
    std::array<std::array<char, 2>, 256> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all.at(i) = {kDigits[i >> 4U], kDigits[i & 0xfU]};
    return all;
  }();
  out.room(2 * bytes.size());
  char* to = out.at;
  for (; bytes.size() >= scan::Step; bytes.remove_prefix(scan::Step)) {
    scan::put_hex(to, bytes.data());
    to += 2 * scan::Step;
  }
  for (const char byte : bytes) {
    std::memcpy(to, pairs[static_cast<unsigned char>(byte)].data(), 2);
    to += 2;
  }
  out.at = to;
}

}  // namespace pgcoffer::rows::binary_values
