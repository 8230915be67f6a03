#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::policy {

/// The words of an SQL name, in lower case and singular: `passwordHash`, `password_hash`, `PasswordHashes` and
/// `PASSWORD-HASH` all give {password, hash}. Words that are often written together are parted (`apikey`, `lastip`),
/// words of other languages are put into English, and digits at a word's end are dropped (`token2`), except where they
/// make the word (`2fa`, `oauth2`, `sha256`).
using Words = std::vector<std::string>;
[[nodiscard]] Words words(std::string_view name);

/// Those of a table's name, where `t_user`, `tbluser` and `tuser` are all {user}.
[[nodiscard]] Words words_of_table(std::string_view name);

/// Calls `what` with each word of a text that has blanks and line ends between them.
template <class What>
constexpr void for_each_word(std::string_view text, const What& what) {
  constexpr std::string_view between = " \n";
  for (auto at = text.find_first_not_of(between); at != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(between, at), text.size());
    what(text.substr(at, end - at));
    at = text.find_first_not_of(between, end);
  }
}

/// Tells of most words that are not among others that they are not, without a look at those.
class WordFilter {
 public:
  constexpr void add(std::string_view word) { bits_[slot(word) / 64] |= std::uint64_t{1} << (slot(word) % 64); }
  [[nodiscard]] constexpr bool may_have(std::string_view word) const {
    return (bits_[slot(word) / 64] >> (slot(word) % 64) & 1U) != 0;
  }

 private:
  static constexpr std::size_t slots = 1024;
  static constexpr std::size_t slot(std::string_view word) {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return (hash ^ (hash >> 16U)) % slots;
  }

  std::array<std::uint64_t, slots / 64> bits_{};
};

/// A set of words, written as one text with blanks between.
class WordSet {
 public:
  explicit consteval WordSet(std::string_view text) : text_(text) {
    for_each_word(text, [this](std::string_view word) { filter_.add(word); });
  }
  [[nodiscard]] bool contains(std::string_view word) const;

 private:
  std::string_view text_;
  WordFilter filter_;
};

/// Phrases of several words, written as one text with commas between: "post code,zip".
class PhraseList {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): it is a text, made ready when the program is compiled.
  consteval PhraseList(std::string_view text) : text_(text) {
    for (std::size_t begin = 0; begin < text.size();) {
      const auto end = std::min(text.find(',', begin), text.size());
      const auto phrase = text.substr(begin, end - begin);
      last_words_.add(phrase.substr(phrase.rfind(' ') + 1));  // npos: it is one word
      begin = end + 1;
    }
  }
  // NOLINTNEXTLINE(google-explicit-constructor): the same.
  consteval PhraseList(const char* text) : PhraseList(std::string_view(text)) {}

  /// Whether the words end with one of the phrases.
  [[nodiscard]] bool ends(const Words& words) const;

 private:
  std::string_view text_;
  WordFilter last_words_;
};

[[nodiscard]] bool has(const Words& words, std::string_view word);
[[nodiscard]] bool ends_with(const Words& words, std::initializer_list<std::string_view> end);
/// Whether a name ends with one of several phrases.
[[nodiscard]] inline bool ends_with_one(const Words& words, const PhraseList& phrases) {
  return phrases.ends(words);
}
[[nodiscard]] bool any_of(const Words& words, const WordSet& set);
/// Whether one of the words before the last, which they qualify, is in the set.
[[nodiscard]] bool any_before_last(const Words& words, const WordSet& set);

}  // namespace pgcoffer::policy
