#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::policy {

/// The words of an SQL name, in lower case and singular: `passwordHash`, `password_hash`, `PasswordHashes` and
/// `PASSWORD-HASH` all give {password, hash}. Words that are often written together are parted (`apikey`, `authtoken`),
/// and digits at a word's end are dropped (`token2`), except where they make the word (`2fa`, `oauth2`, `sha256`).
using Words = std::vector<std::string>;
[[nodiscard]] Words words(std::string_view name);

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
[[nodiscard]] bool any_of(const Words& words, const WordSet& set);
/// Whether one of the words before the last, which they qualify, is in the set.
[[nodiscard]] bool any_before_last(const Words& words, const WordSet& set);

}  // namespace pgcoffer::policy
