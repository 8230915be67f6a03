#include "content/mnemonic.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "content/characters.hpp"

namespace pgcoffer::content {
namespace {

constexpr std::size_t kShortestWord = 3, kLongestOfWords = 8;
/// Of the shortest phrase; and of the longest, with what it is called right before it.
constexpr std::size_t kFewestWords = 12, kMostBefore = 3, kMostWords = 24 + kMostBefore;

/// The place of a word in the list, which is in alphabetical order.
std::optional<unsigned> index_of(std::string_view word) {
  static const std::vector<std::string_view> words = [] {
    std::vector<std::string_view> result;
    for (std::string_view rest = kMnemonicWords; !rest.empty();) {
      result.push_back(rest.substr(0, rest.find(' ')));
      rest.remove_prefix(std::min(result.back().size() + 1, rest.size()));
    }
    return result;
  }();
  const auto found = std::ranges::lower_bound(words, word);
  if (found == words.end() || *found != word) return std::nullopt;
  return static_cast<unsigned>(found - words.begin());
}

/// Whether words, 11 bits each, end with the first bits of the digest of all before: one for three words. (BIP 39)
bool ends_with_checksum(std::span<const unsigned> words) {
  constexpr unsigned bits_of_word = 11, bits_of_byte = 8;
  std::string bytes;
  unsigned held = 0, count = 0;
  for (const unsigned word : words) {
    held = (held << bits_of_word) | word;
    for (count += bits_of_word; count >= bits_of_byte; count -= bits_of_byte)
      bytes += static_cast<char>((held >> (count - bits_of_byte)) & 255U);
    held &= (1U << count) - 1;
  }
  const auto length = static_cast<unsigned>(words.size() / 3);
  if (count == 0) {
    held = static_cast<unsigned char>(bytes.back());
    bytes.pop_back();
  }
  const auto first = static_cast<unsigned>(std::stoul(sha256_hex(bytes).substr(0, 2), nullptr, 16));
  return held == first >> (bits_of_byte - length);
}

/// Words of mnemonics that have come one after another.
class Run {
 public:
  void add(unsigned word) {
    if (words_.size() <= kMostWords) words_.push_back(word);
  }
  /// Of more words than there are keys of, and of one alone, people make texts to fill a page.
  [[nodiscard]] bool makes_key() const {
    const bool differ = std::ranges::any_of(words_, [&](unsigned word) { return word != words_.front(); });
    if (words_.size() > kMostWords || !differ) return false;
    constexpr std::array<std::size_t, 5> lengths{12, 15, 18, 21, 24};
    return std::ranges::any_of(lengths, [&](std::size_t length) {
      return words_.size() >= length && words_.size() - length <= kMostBefore &&
             ends_with_checksum(std::span(words_).last(length));
    });
  }

 private:
  std::vector<unsigned> words_;
};

bool is_between_words(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Of words that are as long as those of mnemonics.
bool has_run(std::string_view text) {
  Run run;
  while (!text.empty()) {
    const auto end = std::ranges::find_if_not(text, is_lower);
    const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    const auto index = index_of(word);
    if (index) run.add(*index);
    if (!index && !word.empty()) {
      if (run.makes_key()) return true;
      run = {};
    }
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return run.makes_key();
}

}  // namespace

bool has_mnemonic(std::string_view text) {
  // Words are looked up only where so many follow one another that could be some.
  std::size_t begin = 0, letters = 0, words = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const char c = at < text.size() ? text[at] : '.';
    if (is_lower(c)) {
      ++letters;
      continue;
    }
    const bool fits = letters >= kShortestWord && letters <= kLongestOfWords;
    if (fits) ++words;
    const bool goes_on = (fits || letters == 0) && is_between_words(c);
    letters = 0;
    if (goes_on) continue;
    if (words >= kFewestWords && has_run(text.substr(begin, at - begin))) return true;
    words = 0;
    begin = at + 1;
  }
  return false;
}

}  // namespace pgcoffer::content
