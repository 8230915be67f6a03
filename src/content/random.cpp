#include "content/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "content/characters.hpp"

namespace pgcoffer::content {
namespace {

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_long_hex(std::string_view text) {
  constexpr std::size_t key_of_wallet = 64;
  if (text.starts_with("0x") && text.size() == key_of_wallet + 2) text.remove_prefix(2);
  return text.size() >= 32 && text.size() <= 512 && std::ranges::all_of(text, is_hex) &&
         std::ranges::any_of(text, is_digit) && std::ranges::any_of(text, is_letter);
}

/// Bits a character (Shannon's), by how often each stands in the text.
double entropy(std::string_view text) {
  std::array<unsigned, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const unsigned count : counts) {
    if (count == 0) continue;
    const double share = count / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

int class_of(char c) {
  return is_digit(c) ? 0 : is_upper(c) ? 1 : is_lower(c) ? 2 : 3;
}

/// A random text changes between capitals, small letters and digits all the time; words, names and numbers of things
/// do not. Encoded pictures and the like are longer.
bool is_high_entropy(std::string_view text) {
  if (text.size() < 20 || text.size() > 256 || run(text, "-_+/=~") != text.size()) return false;
  std::array<std::size_t, 4> counts{};
  std::size_t changes = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    ++counts.at(static_cast<std::size_t>(class_of(text[i])));
    if (i > 0 && class_of(text[i]) != class_of(text[i - 1])) ++changes;
  }
  const std::size_t letters = counts[1] + counts[2];
  if (counts[0] < 2 || counts[1] < 2 || counts[2] < 2 || counts[3] * 6 > text.size() || letters < text.size() / 3)
    return false;
  return changes * 3 >= text.size() && entropy(text) >= 3.6;
}

}  // namespace

void find_random_number(std::string_view text, Kinds& found) {
  if (is_uuid(text)) found.add(Kind::uuid);
  if (is_long_hex(text)) found.add(Kind::hex);
}

void find_random_text(std::string_view text, Kinds& found) {
  if (is_high_entropy(text)) found.add(Kind::high_entropy);
}

}  // namespace pgcoffer::content
