#include "content/mnemonic.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "content/characters.hpp"

namespace pgcoffer::content {
namespace {

constexpr std::size_t kShortestWord = 3, kLongestOfWords = 8;
/// Of the shortest phrase; and of the longest, with what it is called right before it.
constexpr std::size_t kFewestWords = 12, kMostWords = 24 + 3;

bool is_of_mnemonics(std::string_view word) {
  static const std::vector<std::string_view> words = [] {
    std::vector<std::string_view> result;
    for (std::string_view rest = kMnemonicWords; !rest.empty();) {
      result.push_back(rest.substr(0, rest.find(' ')));
      rest.remove_prefix(std::min(result.back().size() + 1, rest.size()));
    }
    return result;
  }();
  return std::ranges::binary_search(words, word);
}

/// Words of mnemonics that have come one after another.
struct Run {
  std::size_t count = 0;
  std::string_view first;
  bool differ = false;

  void add(std::string_view word) {
    if (count++ == 0) first = word;
    differ = differ || word != first;
  }
  /// Of more words than there are keys of, and of one alone, people make texts to fill a page.
  [[nodiscard]] bool makes_key() const { return count >= kFewestWords && count <= kMostWords && differ; }
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
    const bool known = is_of_mnemonics(word);
    if (known) run.add(word);
    if (!known && !word.empty()) {
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
