#include "policy/joined_words.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_set>

#include "policy/translations.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using WordTable = std::unordered_set<std::string_view>;

/// What names are joined of. Words that often end another one by chance (age, art, port) are not among them.
constexpr std::string_view parts = R"(
user usr customer cust client contact person member employee emp staff patient student teacher parent father mother
guardian spouse author owner admin guest recipient sender buyer seller vendor supplier billing shipping delivery invoice
order account acct acc company school office home work mobile cell business private public personal reviewer creator
name first last middle full given family maiden display screen login real legal alias alternate nick short title phonetic
email mail phone tel telephone fax address addr pobox street city town zip post postal code country region
province county house number num nr birth date day year place ip id uid uuid hash key keys pw token tokens secret secrets
password passwords passwd pwd pword pass salt auth api access refresh session sessions sess client server priv
credit debit card bank iban bic swift holder tax vat ssn passport license licence national identity social
security insurance question answer line location latitude longitude
reset resets remember activation activate confirm confirmation confirmations verification register registration recovery
backup signup invite invitation created updated oauth oauth2 otp totp hotp mfa sso saml jwt csrf xsrf app webhook web
device push magic link url uri smtp imap ftp ldap db database admin root cookie consumer signing encrypted hashed remote
lostpassword bearer digest codes emergency primary secondary previous current temp temporary payment order mailing
residence permanent federal grant bill ship state act pager driver driving drivers father fathers mothers husband wife employer twofactor factor default insured requester other alt pro alert sms pin snmp credential credentials
lost forgot bind surname awaiting subscription
external report participant attendee invitee profile active extended reply change)";
/// Parts with which none begins: `phoneno`, `mailfrom`.
constexpr WordSet later_parts("no string from to nm ph cd exp");
/// Between others only: `dateofbirth`.
constexpr WordSet inner_parts("of de di da do para");
/// Words that could be parted and must not be.
constexpr WordSet whole(
    "compass bypass trespass surpass overpass underpass encompass passkey passkeys passcode passcodes passphrase "
    "database accrue accrued construe");
/// Heads of secrets that end any word: newpassword, remotetoken.
constexpr std::array<std::string_view, 17> tails{
    "password", "passwd",    "passwort",  "passphrase", "passcode", "pwd",     "token",      "secret", "accesskey",
    "apikey",   "secretkey", "sessionid", "changekey",  "pass",     "privkey", "privatekey", "keypriv"};
constexpr std::size_t shortest_joined = 4, shortest_unknown = 3, shortest_rest = 8;

const WordTable& known() {
  static const WordTable table = [] {
    WordTable words;
    for_each_word(parts, [&](std::string_view word) { words.insert(word); });
    return words;
  }();
  return table;
}

bool is_part(std::string_view word, bool first, bool last) {
  if (later_parts.contains(word)) return !first;
  if (inner_parts.contains(word)) return !first && !last;
  return known().contains(word) || (word.size() > 2 && !translation(word).english.empty());
}

/// The fewest parts that make the word from `begin` on, or none.
std::vector<std::string> all_known(const std::string& word, std::size_t begin = 0) {
  constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> count(word.size() + 1, none), from(word.size() + 1, 0);
  count[begin] = 0;
  for (std::size_t end = begin + 2; end <= word.size(); ++end)
    for (std::size_t start = begin; start + 2 <= end; ++start) {
      if (count[start] == none || count[start] + 1 >= count[end]) continue;
      const std::string_view part = std::string_view(word).substr(start, end - start);
      if (!is_part(part, start == 0, end == word.size())) continue;
      count[end] = count[start] + 1;
      from[end] = start;
    }
  std::vector<std::string> result;
  if (count.back() == none) return result;
  for (std::size_t end = word.size(); end > begin; end = from[end])
    result.push_back(word.substr(from[end], end - from[end]));
  std::reverse(result.begin(), result.end());
  return result;
}

}  // namespace

std::vector<std::string> parted(const std::string& word) {
  if (word.size() < shortest_joined || whole.contains(word)) return {word};
  auto result = all_known(word);
  if (!result.empty()) return result;
  // Two words behind one that is not known are no chance: bounceaccountpass.
  for (std::size_t begin = shortest_unknown; begin + shortest_rest <= word.size(); ++begin) {
    result = all_known(word, begin);
    if (result.size() < 2 || result.front().size() < shortest_joined) continue;
    result.insert(result.begin(), word.substr(0, begin));
    return result;
  }
  for (const std::string_view tail : tails)
    if (word.size() > tail.size() && word.ends_with(tail)) {
      result = all_known(std::string(tail));
      if (result.empty()) result.emplace_back(tail);
      result.insert(result.begin(), word.substr(0, word.size() - tail.size()));
      return result;
    }
  return {word};
}

}  // namespace pgcoffer::policy
