#include "content/personal.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "content/characters.hpp"

namespace pgcoffer::content {
namespace {

/// Countries of the IBAN registry and the length of their numbers.
constexpr std::string_view ibans =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18"
    "GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15"
    "PK24PL28PS29PT25QA29RO24RS22SA24SC31SD18SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20";

std::size_t value_of(char digit) {
  return static_cast<std::size_t>(digit - '0');
}

std::size_t iban_length(std::string_view country) {
  for (std::size_t at = 0; at + 4 <= ibans.size(); at += 4)
    if (ibans.substr(at, 2) == country) return value_of(ibans[at + 2]) * 10 + value_of(ibans[at + 3]);
  return 0;
}

/// The first `length` letters and digits of a text that may have blanks between; fewer when it has no more.
std::string without_blanks(std::string_view text, std::size_t length) {
  std::string result;
  for (const char c : text) {
    if (result.size() == length || (!is_alnum(c) && c != ' ')) break;
    if (c != ' ') result += c;
  }
  return result;
}

bool has_iban(std::string_view text) {
  for (std::size_t at = 0; at + 15 <= text.size(); ++at) {
    if (!is_upper(text[at]) || !is_upper(text[at + 1]) || !is_digit(text[at + 2]) || !is_digit(text[at + 3])) continue;
    if (at > 0 && is_alnum(text[at - 1])) continue;
    const std::size_t length = iban_length(text.substr(at, 2));
    if (length == 0 || !is_iban(without_blanks(text.substr(at), length))) continue;
    return true;
  }
  return false;
}

/// A number as it stands on a card, or without its blanks: `length` is how much of the text it takes.
struct Digits {
  std::string digits;
  std::string groups;  ///< how many digits each has, as letters: a is one
  std::size_t length = 0;
};

/// Digits in groups apart by one blank or dash, from the text's start.
Digits grouped_digits(std::string_view text) {
  Digits result;
  char group = 'a' - 1;
  for (; result.length < text.size() && result.digits.size() <= 16; ++result.length) {
    const char c = text[result.length];
    const bool between = (c == ' ' || c == '-') && result.length + 1 < text.size() && is_digit(text[result.length + 1]);
    if (is_digit(c)) {
      result.digits += c;
      ++group;
    } else if (between) {
      result.groups += std::exchange(group, 'a' - 1);
    } else {
      break;
    }
  }
  result.groups += group;
  return result;
}

/// Groups that are printed on cards: four times four digits, or four, six and five or four; or none.
bool is_grouped_like_card(const std::string& groups) {
  return groups.size() == 1 || groups == "dddd" || groups == "dfe" || groups == "dfd";
}

bool has_card(std::string_view text) {
  for (std::size_t at = 0; at + 14 <= text.size(); ++at) {
    if (!is_digit(text[at])) continue;
    const Digits number = grouped_digits(text.substr(at));
    const std::size_t end = at + number.length;
    const bool alone = (at == 0 || (!is_alnum(text[at - 1]) && text[at - 1] != '.' && text[at - 1] != '-')) &&
                       (end >= text.size() || (!is_alnum(text[end]) && text[end] != '.' && text[end] != '-'));
    if (alone && is_grouped_like_card(number.groups) && is_card(number.digits)) return true;
    while (at + 1 < text.size() && is_alnum(text[at + 1])) ++at;
  }
  return false;
}

bool in_local_part(char c) {
  return is_alnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}

/// Whether the text ends with what stands before the '@' of an address, and not with a pattern or template for many of
/// them: LIKE '%@example.com', ~ '^\S+@example.com', format('%1$s@example.com').
bool ends_with_local_part(std::string_view text) {
  constexpr std::size_t longest = 64;
  if (!is_alnum(text.back()) && text.back() != '_' && text.back() != '-') return false;
  std::size_t length = 1;
  while (length < text.size() && length < longest && in_local_part(text[text.size() - length - 1])) ++length;
  const std::string_view local = text.substr(text.size() - length);
  const bool parameter = length <= 2 && length < text.size() && text[text.size() - length - 1] == '$';
  return !parameter && !local.ends_with("%s") && !local.ends_with("%d");
}

/// Pictures for screens of more dots are called icon@2x.png.
bool is_file_type(std::string_view top) {
  return top == "png" || top == "jpg" || top == "jpeg" || top == "gif" || top == "svg" || top == "webp";
}

/// The domain with a top-level domain of letters that begins here, or nothing. `.invalid` leads nowhere: it stands for
/// addresses that were taken out.
std::string_view domain_at_start(std::string_view text) {
  const std::size_t length = run(text, ".-");
  std::string_view domain = text.substr(0, length);
  while (!domain.empty() && !is_alnum(domain.back())) domain.remove_suffix(1);
  const auto dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.find("..") != std::string_view::npos) return {};
  const auto top = domain.substr(dot + 1);
  const bool known = top.size() >= 2 && top != "invalid" && !is_file_type(top) && std::ranges::all_of(top, is_letter);
  return known && is_alnum(domain.front()) ? domain : std::string_view();
}

/// Domains that nobody can have (RFC 2606 and 6761), and names in them.
bool is_reserved(std::string_view domain) {
  constexpr std::array<std::string_view, 7> reserved{".example.com", ".example.org", ".example.net", ".example",
                                                     ".test",        ".invalid",     ".localhost"};
  std::string name = ".";
  for (const char c : domain) name += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  return std::ranges::any_of(reserved, [&](std::string_view end) { return name.ends_with(end); });
}

/// user:password@host in a URL is no address.
bool ends_in_url(std::string_view text) {
  const auto start = text.find_last_of(" \t\r\n\"'<>,;");
  return text.find("://", start == std::string_view::npos ? 0 : start) != std::string_view::npos;
}

/// Looks on behind addresses at reserved domains: there may be a real one.
void find_email(std::string_view text, Kinds& found) {
  for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    if (at == 0) continue;
    const std::string_view domain = domain_at_start(text.substr(at + 1));
    if (domain.empty() || !ends_with_local_part(text.substr(0, at)) || ends_in_url(text.substr(0, at))) continue;
    if (!is_reserved(domain)) return found.add_real_address();
    found.add(Kind::email);
  }
}

bool is_phone(std::string_view text) {
  if (text.size() < 8 || text.size() > 24) return false;
  std::size_t digits = 0, separators = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      ++digits;
    } else if (text[i] == ' ' || text[i] == '-' || text[i] == '(' || text[i] == ')' || text[i] == '/' ||
               text[i] == '.') {
      ++separators;
    } else if (text[i] != '+' || i > 0) {
      return false;
    }
  }
  if (text.front() == '+') return digits >= 8 && digits <= 15;
  // 0911 123456, (555) 123-4567: a national number. Dates and versions have other lengths, or dots.
  if (text.find('.') != std::string_view::npos || separators == 0) return false;
  return (text.front() == '0' && digits >= 9 && digits <= 12) || (text.front() == '(' && digits == 10) ||
         (digits == 10 && separators == 2 && text.size() == 12 && text[3] == text[7]);
}

/// The digits behind a plus sign as they are grouped, with a dot or a blank between: those of a telephone number have
/// at most two signs between. Nothing where a word goes on behind them.
std::string groups_of_digits(std::string_view text) {
  constexpr std::size_t most_signs = 2;
  std::string groups;
  std::string_view signs;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_digit(c)) {
      if (!signs.empty()) groups += signs == "." ? '.' : ' ';
      groups += c;
      signs = {};
    } else if (std::string_view(" -()/.").find(c) != std::string_view::npos && signs.size() < most_signs) {
      signs = text.substr(at - signs.size(), signs.size() + 1);
    } else {
      return signs.empty() && (is_letter(c) || c == '%') ? std::string() : groups;
    }
  }
  return groups;
}

/// Whether digits are apart as those of a sum are: 10 000 000, 1250.50.
bool is_grouped_like_sum(std::string_view groups) {
  constexpr std::size_t thousands = 3, longest_sum = 10;
  if (std::ranges::count(groups, '.') == 1) return true;
  if (groups.size() > longest_sum) return false;
  bool all = groups.find(' ') != std::string_view::npos;
  for (auto at = groups.find(' '); at != std::string_view::npos; at = groups.find(' ', at + 1))
    all = all && std::min(groups.find(' ', at + 1), groups.size()) - at - 1 == thousands;
  return all;
}

/// +49 911 1234567 within a text: with a country's code, and as many digits as telephones have there.
bool has_international_phone(std::string_view text) {
  constexpr std::size_t longest = 24, fewest_digits = 9, fewest_together = 10, most_digits = 15;
  constexpr std::string_view in_words = "+-.)%_=/";
  for (auto at = text.find('+'); at != std::string_view::npos; at = text.find('+', at + 1)) {
    if (at + 1 >= text.size() || text[at + 1] < '1' || text[at + 1] > '9') continue;
    if (at > 0 && (is_alnum(text[at - 1]) || in_words.find(text[at - 1]) != std::string_view::npos)) continue;
    const std::string groups = groups_of_digits(text.substr(at + 1, longest));
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(groups, is_digit));
    const std::size_t fewest = digits == groups.size() ? fewest_together : fewest_digits;
    if (digits >= fewest && digits <= most_digits && !is_grouped_like_sum(groups)) return true;
  }
  return false;
}

/// Whether one of the last words before a number says that it is a telephone's: "call him at 079 …", "tel. (555) …".
bool is_said_to_be_phone(std::string_view before) {
  constexpr std::size_t most_words = 3, longest = 32;
  constexpr std::string_view words =
      " tel telephone phone call calls mobile cell fax sms whatsapp telefon handy mobil natel ruf rufe telefono ";
  before.remove_prefix(before.size() - std::min(before.size(), longest));
  for (std::size_t count = 0; count < most_words; ++count) {
    while (!before.empty() && std::string_view(" .:#-\t").find(before.back()) != std::string_view::npos)
      before.remove_suffix(1);
    std::string word;
    while (!before.empty() && is_letter(before.back())) {
      word.insert(word.begin(), static_cast<char>(before.back() | 0x20));
      before.remove_suffix(1);
    }
    if (word.empty()) return false;
    if (words.find(" " + word + " ") != std::string_view::npos) return true;
  }
  return false;
}

/// 01-02-2024 10: a day, and what is said of it.
bool begins_with_date(std::string_view text) {
  constexpr std::string_view shape = "dd-dd-dddd";
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if ((shape[i] == 'd') != is_digit(text[i]) || text[i] == '(') return false;
  return true;
}

/// A national number in a sentence, where a word before it says what it is.
bool has_named_phone(std::string_view text) {
  constexpr std::size_t longest = 24;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool starts = (is_digit(text[at]) || text[at] == '(') &&
                        (at == 0 || (!is_alnum(text[at - 1]) && text[at - 1] != '+' && text[at - 1] != '.'));
    if (!starts) continue;
    std::size_t end = at;
    while (end < text.size() && end - at <= longest &&
           (is_digit(text[end]) || std::string_view(" ()-/").find(text[end]) != std::string_view::npos))
      ++end;
    const bool goes_on = end < text.size() && is_letter(text[end]) && is_digit(text[end - 1]);
    std::string_view number = text.substr(at, end - at);
    while (!number.empty() && !is_digit(number.back())) number.remove_suffix(1);
    if (!goes_on && is_phone(number) && !begins_with_date(number) && is_said_to_be_phone(text.substr(0, at)))
      return true;
    // What is one number does not begin anew within it.
    at = std::max(at, at + (number.empty() ? 0 : number.size() - 1));
  }
  return false;
}

/// Whether digits in such a shape (d for a digit) begin at `at`, and no other stands beside them.
bool has_shape(std::string_view text, std::size_t at, std::string_view shape) {
  if (text.size() - at < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 'd' ? !is_digit(text[at + i]) : text[at + i] != shape[i]) return false;
  const std::size_t end = at + shape.size();
  const auto goes_on = [](char c) { return is_alnum(c) || c == '-' || c == '.'; };
  const bool sentence_ends =
      end < text.size() && text[end] == '.' && (end + 1 == text.size() || !is_alnum(text[end + 1]));
  return (at == 0 || !goes_on(text[at - 1])) && (end == text.size() || !goes_on(text[end]) || sentence_ends);
}

/// 756.1234.5678.97, of Switzerland: the last digit is the check digit of an EAN.
bool has_ahv_number(std::string_view text) {
  constexpr std::string_view shape = "756.dddd.dddd.dd";
  for (auto at = text.find("756."); at != std::string_view::npos; at = text.find("756.", at + 1)) {
    if (!has_shape(text, at, shape)) continue;
    std::size_t sum = 0, weight = 1;
    for (const char c : text.substr(at, shape.size())) {
      if (!is_digit(c)) continue;
      sum += value_of(c) * weight;
      weight = 4 - weight;
    }
    if (sum % 10 == 0) return true;
  }
  return false;
}

/// 123-45-6789, of the United States, in the ranges that are given out.
bool is_ssn(std::string_view text) {
  if (text.size() != 11 || !has_shape(text, 0, "ddd-dd-dddd")) return false;
  const std::string_view area = text.substr(0, 3);
  return area != "000" && area != "666" && area < "900" && text.substr(4, 2) != "00" && text.substr(7) != "0000";
}

/// Within a text other things are numbered so, too.
bool has_named_ssn(std::string_view text) {
  constexpr std::size_t length = 11, longest = 32;
  for (auto at = text.find('-'); at != std::string_view::npos; at = text.find('-', at + 1)) {
    if (at < 3 || !has_shape(text, at - 3, "ddd-dd-dddd") || !is_ssn(text.substr(at - 3, length))) continue;
    const std::size_t begin = at - 3;
    const std::string before =
        lower_ascii(std::string(text.substr(begin - std::min(begin, longest), std::min(begin, longest))));
    if (before.find("ssn") != std::string::npos || before.find("social sec") != std::string::npos) return true;
  }
  return false;
}

/// Addresses of the machine itself and of nobody are no persons'.
bool is_ip(std::string_view text) {
  if (text.size() < 3 || text.size() > 45) return false;
  const std::string address(text.substr(0, text.find('/')));
  std::array<unsigned char, 16> binary{};
  if (inet_pton(AF_INET, address.c_str(), binary.data()) == 1)
    return binary[0] != 0 && binary[0] != 127 && address.size() >= 7;
  // Without two colons in a row, eight groups of two digits are a MAC address (macaddr8).
  const bool mac = address.size() == 23 && address.find("::") == std::string::npos;
  return !mac && inet_pton(AF_INET6, address.c_str(), binary.data()) == 1 && address != "::" && address != "::1";
}

}  // namespace

bool is_iban(std::string_view text) {
  const std::string number = without_blanks(text, 34);
  if (number.size() < 15 || number.size() != iban_length(number.substr(0, 2))) return false;
  unsigned rest = 0;
  for (std::size_t i = 0; i < number.size(); ++i) {
    // The country and the check digits count last.
    const char c = number[(i + 4) % number.size()];
    if (is_digit(c)) {
      rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 97;
    } else if (is_upper(c)) {
      rest = (rest * 100 + static_cast<unsigned>(c - 'A') + 10) % 97;
    } else {
      return false;
    }
  }
  return rest == 1;
}

bool is_card(std::string_view digits) {
  if (digits.size() < 14 || digits.size() > 16 || !std::ranges::all_of(digits, is_digit)) return false;
  int head = 0;
  std::from_chars(digits.data(), digits.data() + 4, head);
  const bool sixteen = (head >= 4000 && head <= 4999) || (head >= 5100 && head <= 5599) ||
                       (head >= 2221 && head <= 2720) || head == 6011 || (head >= 6440 && head <= 6599) ||
                       (head >= 3528 && head <= 3589);
  const bool fifteen = head / 100 == 34 || head / 100 == 37;
  const bool fourteen = head / 100 == 36 || head / 100 == 38 || head / 10 == 300;
  if (digits.size() == 16 ? !sixteen : digits.size() == 15 ? !fifteen : !fourteen) return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    sum += i % 2 == 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 == 0;
}

void find_personal_data_within(std::string_view text, Kinds& found) {
  find_email(text, found);
  if (has_iban(text)) found.add(Kind::iban);
  if (has_card(text)) found.add(Kind::card);
  if (has_ahv_number(text) || has_named_ssn(text)) found.add(Kind::government_id);
}

void find_personal_data(std::string_view text, Kinds& found) {
  find_personal_data_within(text, found);
  if (has_international_phone(text) || has_named_phone(text)) found.add_certain_phone();
  if (is_ssn(text)) found.add(Kind::government_id);
  if (is_phone(text)) found.add(Kind::phone);
  if (is_ip(text)) found.add(Kind::ip);
}

}  // namespace pgcoffer::content
