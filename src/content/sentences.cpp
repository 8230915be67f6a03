#include "content/sentences.hpp"

#include <algorithm>
#include <string>

#include "base/ascii.hpp"
#include "content/characters.hpp"
#include "content/values.hpp"

namespace pgcoffer::content {
namespace {

constexpr std::size_t kShortestTold = 8;
constexpr std::string_view kBetweenWords = " \t\r\n\"'`";

/// With blanks between and at the ends.
bool is_one_of(std::string_view word, std::string_view list) {
  return !word.empty() && list.find(" " + lower_ascii(std::string(word)) + " ") != std::string_view::npos;
}

/// Between a name and its value. Polish says "to", which in English leads elsewhere.
bool is_verb(std::string_view word, std::string_view name) {
  return is_one_of(word, " is was lautet ist war est es era é è jest adalah är er je ") ||
         (word == "to" && is_one_of(name, " haslo hasło "));
}

/// Words that Turkish says without a verb: "your password".
bool says_itself(std::string_view word) {
  return is_one_of(word, " şifreniz Şifreniz sifreniz parolanız parolaniz ");
}

/// Beside the verb.
bool says_little(std::string_view word) {
  return is_one_of(word,
                   " now jetzt nun still désormais maintenant ahora agora ora nu teraz sekarang anda provisoire "
                   "temporaire temporal temporária temporanea nueva nuova actual attuale ");
}

/// B2B-marketing, web3-native: what something is like.
bool is_adjective(std::string_view value) {
  constexpr std::size_t fewest = 4;
  const std::size_t dash = value.rfind('-');
  if (dash == std::string_view::npos || value.size() - dash <= fewest) return false;
  return std::ranges::all_of(value.substr(dash + 1), is_lower) && run(value.substr(0, dash), "") == dash;
}

/// A text in which words that look made up are looked at with those before them.
class Sentences {
 public:
  Sentences(std::string_view text, IsCredentialName is_credential_name)
      : text_(text), is_credential_name_(is_credential_name) {}

  /// Where the word ends that the digit at `digit` is in.
  [[nodiscard]] std::size_t end_of_word(std::size_t digit) const {
    return std::min(text_.find_first_of(kBetweenWords, digit), text_.size());
  }

  /// Whether a sentence tells that word as a secret.
  [[nodiscard]] bool tells(std::size_t digit) const {
    std::size_t begin = digit;
    while (begin > 0 && digit - begin < kLongestWord && kBetweenWords.find(text_[begin - 1]) == std::string_view::npos)
      --begin;
    const std::string_view value = value_in(text_.substr(begin, std::min(end_of_word(digit) - begin, kLongestWord)));
    return is_told(value) && is_said_before(begin, value);
  }

 private:
  /// Without what ends a sentence.
  [[nodiscard]] static std::string_view value_in(std::string_view word) {
    word = word.substr(0, word.find_first_of(",;<>()"));
    while (!word.empty() && std::string_view(".:!?").find(word.back()) != std::string_view::npos) word.remove_suffix(1);
    return word;
  }

  [[nodiscard]] static bool is_told(std::string_view value) {
    return is_made_up_word(value, kShortestTold) && !is_dotted_name(value) && !is_adjective(value) &&
           value.find("://") == std::string_view::npos;
  }

  [[nodiscard]] bool is_said_before(std::size_t begin, std::string_view value) const {
    constexpr std::size_t most_signs = 8;
    std::size_t end = begin;
    while (end > 0 && begin - end < most_signs &&
           std::string_view(" \t\"'`:").find(text_[end - 1]) != std::string_view::npos)
      --end;
    const std::string_view verb = last_word(name_before(text_, end));
    if (says_itself(verb)) return true;
    const std::string_view name = last_word(word_before(verb));
    return is_verb(verb, name) && is_secret(name, value);
  }

  /// The word itself, or the first before it that says something.
  [[nodiscard]] std::string_view last_word(std::string_view word) const {
    return says_little(word) ? word_before(word) : word;
  }
  [[nodiscard]] std::string_view word_before(std::string_view word) const {
    return name_before(text_, before_blanks(text_, begin_of(word)));
  }
  [[nodiscard]] std::size_t begin_of(std::string_view word) const {
    return static_cast<std::size_t>(word.data() - text_.data());
  }

  [[nodiscard]] bool is_secret(std::string_view name, std::string_view value) const {
    if (name.empty()) return false;
    const std::size_t begin = begin_of(name);
    if (is_secret_name(name, is_credential_name_)) return !is_other_thing(text_, begin, name, is_credential_name_);
    return is_mixed(value) && is_secret_pair(text_, begin, name, is_credential_name_);
  }

  std::string_view text_;
  IsCredentialName is_credential_name_;
};

}  // namespace

bool has_told_secret(std::string_view text, IsCredentialName is_credential_name) {
  const Sentences sentences(text, is_credential_name);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_digit(text[at])) continue;
    if (sentences.tells(at)) return true;
    at = sentences.end_of_word(at);
  }
  return false;
}

}  // namespace pgcoffer::content
