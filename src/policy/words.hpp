#pragma once

#include <algorithm>
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
void for_each_word(std::string_view text, const What& what) {
  constexpr std::string_view between = " \n";
  for (auto at = text.find_first_not_of(between); at != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(between, at), text.size());
    what(text.substr(at, end - at));
    at = text.find_first_not_of(between, end);
  }
}

/// A set of words, written as one text with blanks between.
class WordSet {
 public:
  explicit constexpr WordSet(std::string_view text) : text_(text) {}
  [[nodiscard]] bool contains(std::string_view word) const;

 private:
  std::string_view text_;
};

[[nodiscard]] bool has(const Words& words, std::string_view word);
[[nodiscard]] bool ends_with(const Words& words, std::initializer_list<std::string_view> end);
/// Whether a name ends with one of several phrases, written as one text with commas between: "post code,zip".
[[nodiscard]] bool ends_with_one(const Words& words, std::string_view phrases);
[[nodiscard]] bool any_of(const Words& words, const WordSet& set);
/// Whether one of the words before the last, which they qualify, is in the set.
[[nodiscard]] bool any_before_last(const Words& words, const WordSet& set);

}  // namespace pgcoffer::policy
