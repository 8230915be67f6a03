#include "policy/words.hpp"

#include <algorithm>
#include <unordered_map>

#include "policy/joined_words.hpp"
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
    "oauth2 auth0 sha1 sha2 sha224 sha256 sha384 sha512 md5 base64 base32 b64 argon2 p256 s3 x509 ha1 p8 p12 pkcs8 "
    "pkcs12 ed25519 x25519 curve25519 ed448");
constexpr WordSet always_plural(
    "alias phys gas lens access pass address status process sms aws dns https class redis postgres ios sus ddns pers");
/// Names are remembered so that those of a table are not cut again for each of its columns.
constexpr std::size_t remembered = 4096;
/// Two words together are looked up when they are so long.
constexpr std::size_t shortest_compound = 5;

std::string singular(std::string word) {
  if (word.size() <= 3 || word.back() != 's' || always_plural.contains(word)) return word;
  if (word.ends_with("ss") || word.ends_with("us")) return word;
  if (word.ends_with("ies") && !word.ends_with("okies")) return word.substr(0, word.size() - 3) + "y";
  for (const std::string_view end : {"shes", "sses", "xes", "tches", "nches", "rches"})
    if (word.ends_with(end)) return word.substr(0, word.size() - 2);
  if (word.ends_with("aliases")) word.pop_back();
  word.pop_back();
  return word;
}

void add(Words& result, std::string word) {
  if (word.empty()) return;
  // OAuthToken is cut before its second capital, and so is 2FASecret.
  if (!result.empty() && result.back() == "o" && word == "auth") {
    result.back() = "oauth";
    return;
  }
  if (!keep_digits.contains(word))
    while (word.size() > 1 && is_digit(word.back()) && !is_digit(word.front())) word.pop_back();
  // parent1surname
  const auto number = word.find_first_of("0123456789");
  const auto after = number == std::string::npos ? number : word.find_first_not_of("0123456789", number);
  constexpr std::size_t fewest = 3;
  if (after != std::string::npos && number >= fewest && word.size() - after >= fewest && !word.starts_with("ip") &&
      !keep_digits.contains(std::string_view(word).substr(0, after))) {
    std::string rest = word.substr(after);
    add(result, word.substr(0, after));
    add(result, std::move(rest));
    return;
  }
  const bool foreign = !translation(word).english.empty();
  for (std::string& part : foreign ? Words{word} : parted(word))
    result.push_back(translation(part).english.empty() ? singular(std::move(part)) : std::move(part));
}

/// Several words from one on, without what stood between them; empty where there are fewer.
std::string together(const Words& names, std::size_t first, std::size_t count) {
  std::string result;
  if (first + count > names.size()) return result;
  for (std::size_t i = first; i < first + count; ++i) result += names[i];
  return result;
}

/// Puts words into English, and the noun to the end where it came first: the names that begin with one are read from
/// their end then.
Words translated(const Words& names) {
  std::vector<Words> units;
  bool any = false, noun_first = false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string word = names[i];
    Translation in_english = translation(word);
    // entrenadores has lost but its s.
    if (in_english.english.empty() && word.size() > shortest_compound && word.ends_with('e'))
      in_english = translation(std::string_view(word).substr(0, word.size() - 1));
    // HausNr is written HausNr, haus_nr and hausnr; ten_dang_nhap is three words.
    for (const std::size_t joined : {std::size_t{3}, std::size_t{2}}) {
      const std::string all = together(names, i, joined);
      const Translation of_all = all.size() >= shortest_compound ? translation(all) : Translation{};
      if (of_all.english.empty()) continue;
      in_english = of_all;
      word = all;
      i += joined - 1;
      break;
    }
    any = any || !in_english.english.empty();
    noun_first = noun_first || in_english.noun_first;
    Words unit;
    for_each_word(in_english.english.empty() ? word : in_english.english,
                  [&](std::string_view part) { unit.emplace_back(part); });
    units.push_back(std::move(unit));
  }
  if (!any) return names;
  if (units.size() > 2) std::erase_if(units, [](const Words& unit) { return unit.size() == 1 && is_article(unit[0]); });
  if (noun_first && units.size() > 1 && may_come_first(units.front().back())) std::reverse(units.begin(), units.end());
  Words result;
  for (const Words& unit : units)
    for (const std::string& word : unit)
      if (result.empty() || result.back() != word) result.push_back(word);
  return result;
}

Words cut(std::string_view name) {
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
    // The lower-case one may be the s of several: redirectURIs.
    const bool plural = i + 1 < name.size() && name[i + 1] == 's' && (i + 2 == name.size() || !is_lower(name[i + 2]));
    const bool before_lower = i > 0 && is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1]) && !plural;
    if (is_upper(c) && (after_lower || before_lower)) {
      add(result, std::move(word));
      word.clear();
    }
    word += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  add(result, std::move(word));
  return translated(result);
}

/// What tables whose names begin with a letter for "table" are called.
bool is_table_noun(std::string_view word) {
  constexpr WordSet nouns(
      "user customer client employee person company member patient student contact address review "
      "config");
  return nouns.contains(word);
}

/// 2FA and OAuth in the middle of a name whose words begin with capitals.
std::string without_odd_capitals(std::string_view name) {
  std::string result(name);
  for (const auto& [odd, even] :
       {std::pair{"2FA", "_2fa_"}, std::pair{"OAuth", "Oauth"}, std::pair{"eMail", "Email"}, std::pair{"WiFi", "Wifi"}})
    for (auto at = result.find(odd); at != std::string::npos; at = result.find(odd, at + 1))
      result.replace(at, std::string_view(odd).size(), even);
  return result;
}

}  // namespace

bool WordSet::contains(std::string_view word) const {
  if (word.empty() || !filter_.may_have(word)) return false;
  for (auto at = text_.find(word); at != std::string_view::npos; at = text_.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || text_[at - 1] == ' ') && (end == text_.size() || text_[end] == ' ')) return true;
  }
  return false;
}

Words words(std::string_view name) {
  thread_local std::unordered_map<std::string, Words> known;
  if (known.size() > remembered) known.clear();
  const auto [at, is_new] = known.try_emplace(std::string(name));
  if (is_new) at->second = cut(without_odd_capitals(name));
  return at->second;
}

Words words_of_table(std::string_view name) {
  Words w = words(name);
  while (w.size() > 1 && (w.front() == "t" || w.front() == "tbl" || w.front() == "tb")) w.erase(w.begin());
  if (w.size() != 1) return w;
  for (const std::string_view prefix : {"tbl", "tb", "t"}) {
    if (!name.starts_with(prefix) || name.size() <= prefix.size() + 2) continue;
    const std::string_view rest = name.substr(prefix.size());
    const Words parts = words(rest);
    if (parts.size() > 1 || (parts.size() == 1 && is_table_noun(parts.front()))) return parts;
  }
  return w;
}

namespace {

/// `phrase`: words with a blank between.
bool ends_with_phrase(const Words& words, std::string_view phrase) {
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    if (!phrase.ends_with(*word)) return false;
    phrase.remove_suffix(word->size());
    if (phrase.empty()) return true;
    if (phrase.back() != ' ') return false;
    phrase.remove_suffix(1);
  }
  return false;
}

}  // namespace

bool has(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool ends_with(const Words& words, std::initializer_list<std::string_view> end) {
  return words.size() >= end.size() &&
         std::equal(end.begin(), end.end(), words.end() - static_cast<std::ptrdiff_t>(end.size()));
}

bool PhraseList::ends(const Words& words) const {
  if (words.empty() || !last_words_.may_have(words.back())) return false;
  const std::string& last = words.back();
  for (auto at = text_.find(last); at != std::string_view::npos; at = text_.find(last, at + 1)) {
    const auto end = at + last.size();
    if (end < text_.size() && text_[end] != ',') continue;
    const auto begin = text_.rfind(',', at) + 1;  // npos: the text's beginning
    if (ends_with_phrase(words, text_.substr(begin, end - begin))) return true;
  }
  return false;
}

bool any_of(const Words& words, const WordSet& set) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return set.contains(word); });
}

bool any_before_last(const Words& words, const WordSet& set) {
  return !words.empty() &&
         std::any_of(words.begin(), words.end() - 1, [&](const std::string& word) { return set.contains(word); });
}

}  // namespace pgcoffer::policy
