#include "policy/words.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "policy/translations.hpp"

namespace pgcoffer::policy {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return is_upper(c) || is_lower(c) || static_cast<unsigned char>(c) >= 0x80;
}

constexpr WordSet keep_digits(
    "oauth2 auth0 sha1 sha2 sha224 sha256 sha384 sha512 md5 base64 base32 b64 argon2 p256 s3 x509");
constexpr WordSet always_plural("access pass address status process sms aws dns https class redis postgres");

/// Heads and what may stand before them when a name is written in one word.
constexpr WordSet joined_heads(
    "token tokens key keys secret secrets password passwords passwd pwd pass hash salt digest code codes id session "
    "sessions "
    "confirmation confirmations verification reset resets uri url auth");
constexpr WordSet joined_modifiers(
    "api auth access refresh session reset private priv public secret client server sess id user email remember "
    "verification bearer "
    "csrf "
    "xsrf oauth oauth2 jwt app webhook sso mfa otp totp lostpassword password passwd pwd pass pw encrypted hashed db "
    "smtp "
    "ftp admin "
    "activation backup recovery signing consumer device push magic login web token");

/// Heads of secrets that, whatever stands before them in the same word, end it: newpassword, remotetoken.
constexpr std::array<std::string_view, 6> tails{"password", "passwd", "passphrase", "passcode", "token", "secret"};

/// Where such a head begins in the word; 0 where none does or nothing stands before it.
std::size_t tail_of(std::string_view word) {
  for (const std::string_view tail : tails)
    if (word.size() > tail.size() + 1 && word.ends_with(tail)) return word.size() - tail.size();
  return 0;
}

std::string singular(std::string word) {
  if (word.size() <= 3 || word.back() != 's' || always_plural.contains(word)) return word;
  const auto ends = [&](std::string_view end) {
    return word.size() > end.size() && word.compare(word.size() - end.size(), end.size(), end) == 0;
  };
  if (ends("ss") || ends("us")) return word;
  if (ends("ies") && !ends("okies")) return word.substr(0, word.size() - 3) + "y";
  if (ends("shes") || ends("sses") || ends("xes")) return word.substr(0, word.size() - 2);
  word.pop_back();
  return word;
}

void add(Words& result, std::string word) {
  if (word.empty()) return;
  // OAuthToken is cut before its second capital.
  if (!result.empty() && result.back() == "o" && word == "auth") {
    result.back() = "oauth";
    return;
  }
  if (!keep_digits.contains(word))
    while (word.size() > 1 && is_digit(word.back()) && !is_digit(word.front())) word.pop_back();
  constexpr WordSet whole("passkey passkeys passcode passcodes");
  for (std::size_t cut = 2; cut + 2 <= word.size() && !whole.contains(word); ++cut)
    if (joined_modifiers.contains(word.substr(0, cut)) && joined_heads.contains(word.substr(cut))) {
      result.push_back(singular(word.substr(0, cut)));
      result.push_back(singular(word.substr(cut)));
      return;
    }
  word = singular(std::move(word));
  const std::size_t tail = whole.contains(word) ? 0 : tail_of(word);
  if (tail > 0) result.push_back(word.substr(0, tail));
  result.push_back(word.substr(tail));
}

/// Puts words into English, and the noun to the end where it came first.
void translate(Words& result) {
  Words english;
  bool any = false;
  for (const std::string& word : result) {
    const std::string_view text = translation(word);
    any = any || !text.empty();
    for (std::string& part : split(text.empty() ? word : text, ' ')) english.push_back(std::move(part));
  }
  if (!any) return;
  const bool noun_first = result.size() > 1 && (is_romance(result.front()) || is_romance(result.back()));
  if (noun_first && may_come_first(english.front())) std::rotate(english.begin(), english.begin() + 1, english.end());
  result = std::move(english);
}

}  // namespace

bool WordSet::contains(std::string_view word) const {
  if (word.empty()) return false;
  for (auto at = text_.find(word); at != std::string_view::npos; at = text_.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || text_[at - 1] == ' ') && (end == text_.size() || text_[end] == ' ')) return true;
  }
  return false;
}

Words words(std::string_view name) {
  Words result;
  std::string word;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_letter(c) && !is_digit(c)) {
      add(result, std::move(word));
      word.clear();
      continue;
    }
    // A new word begins at an upper-case letter after a lower-case one, and at the last of several upper-case letters
    // when a lower-case one follows: accessToken, APIKey.
    const bool after_lower = i > 0 && (is_lower(name[i - 1]) || is_digit(name[i - 1]));
    const bool before_lower = i > 0 && is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1]);
    if (is_upper(c) && (after_lower || before_lower)) {
      add(result, std::move(word));
      word.clear();
    }
    word += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  add(result, std::move(word));
  translate(result);
  return result;
}

bool has(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool ends_with(const Words& words, std::initializer_list<std::string_view> end) {
  return words.size() >= end.size() &&
         std::equal(end.begin(), end.end(), words.end() - static_cast<std::ptrdiff_t>(end.size()));
}

bool any_of(const Words& words, const WordSet& set) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return set.contains(word); });
}

bool any_before_last(const Words& words, const WordSet& set) {
  return !words.empty() &&
         std::any_of(words.begin(), words.end() - 1, [&](const std::string& word) { return set.contains(word); });
}

}  // namespace pgcoffer::policy
