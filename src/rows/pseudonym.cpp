#include "rows/pseudonym.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <pgcoffer/error.hpp>

#include "base/digest.hpp"
#include "base/hmac.hpp"
#include "rows/copy_text.hpp"
#include "rows/permutation.hpp"
#include "rows/pseudonym_names.hpp"

namespace pgcoffer::rows {
namespace {

constexpr std::size_t text_token = 20, email_token = 16;
constexpr int most_digits = 18;

std::string_view name_of(PseudonymFormat format) {
  switch (format) {
    case PseudonymFormat::text:
      return "text";
    case PseudonymFormat::email:
      return "email";
    case PseudonymFormat::phone:
      return "phone";
    case PseudonymFormat::uuid:
      return "uuid";
    case PseudonymFormat::integer:
      return "integer";
    case PseudonymFormat::first_name:
      return "first-name";
    case PseudonymFormat::last_name:
      return "last-name";
    case PseudonymFormat::full_name:
      return "name";
  }
  return "";
}

/// The key of one format: nothing can be learnt of one from another.
Hmac key_for(const Secret& key, const Pseudonym& how) {
  const Hmac::Digest digest = Hmac(key.view())(fmt::format("pgcoffer pseudonym 1 {}", name_of(how.format)));
  return Hmac(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

/// Up to 51 characters of five bits each.
void append_token(const Hmac::Digest& digest, std::size_t length, std::string& out) {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::uint32_t bits = 0;
  int count = 0;
  for (std::size_t byte = 0; length > 0; --length) {
    if (count < 5) {
      bits = (bits << 8U) | digest[byte++];
      count += 8;
    }
    count -= 5;
    out += alphabet[(bits >> static_cast<unsigned>(count)) & 31U];
  }
}

/// What stands from the last @ on where it is a domain: something else behind it, a name in brackets say, may not stay.
std::string_view domain_of(std::string_view value) {
  const auto at = value.rfind('@');
  const auto in_domain = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    return letter || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  const std::string_view domain = at == std::string_view::npos ? std::string_view() : value.substr(at);
  return domain.size() > 1 && std::ranges::all_of(domain.substr(1), in_domain) ? domain : pseudonym_domain;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string unescaped(std::string_view field) {
  // Reading an escape looks for the field's end.
  const std::string text = std::string(field) + '\n';
  std::string value;
  for (const char* at = text.data(); !copy_text::ends_field(*at);) {
    const char c = *at++;
    value += c == '\\' ? copy_text::read_escape(at) : c;
  }
  return value;
}

}  // namespace

class Pseudonymizer::Column {
 public:
  Column(const Pseudonym& how, std::string name, const Secret& key)
      : how_(how), name_(std::move(name)), key_(key_for(key, how)) {
    if (how.format == PseudonymFormat::integer)
      permutations_.emplace_back(key_,
                                 static_cast<std::uint64_t>(how.highest) - static_cast<std::uint64_t>(how.lowest) + 1);
    std::uint64_t count = 1;
    if (how.format == PseudonymFormat::phone)
      for (int digits = 1; digits <= most_digits; ++digits) permutations_.emplace_back(key_, count *= 10);
  }

  /// Appends the pseudonym of a field that is not NULL, as a field.
  void replace(std::string_view field, std::string& out) const {
    if (field.empty()) return;
    if (field.find('\\') == std::string_view::npos) return of_value(field, out);
    of_value(unescaped(field), out);
  }

 private:
  void of_value(std::string_view value, std::string& out) const {
    switch (how_.format) {
      case PseudonymFormat::integer:
        return integer(value, out);
      case PseudonymFormat::phone:
        return phone(value, out);
      case PseudonymFormat::email:
        return email(value, out);
      case PseudonymFormat::uuid:
        return uuid(value, out);
      case PseudonymFormat::text:
        return token(value, out);
      case PseudonymFormat::first_name:
      case PseudonymFormat::last_name:
      case PseudonymFormat::full_name:
        return name(value, out);
    }
  }

  void token(std::string_view value, std::string& out) const {
    append_token(key_(value), how_.limit == 0 ? text_token : std::min(how_.limit, text_token), out);
  }

  void email(std::string_view value, std::string& out) const {
    const Hmac::Digest digest = key_(value);
    std::string_view domain = how_.keep_domain ? domain_of(value) : std::string_view(pseudonym_domain);
    if (how_.limit != 0 && domain.size() + shortest_token > how_.limit) domain = pseudonym_domain;
    const std::size_t room = how_.limit == 0 ? email_token : how_.limit - domain.size();
    append_token(digest, std::min(room, email_token), out);
    out += domain;
  }

  void uuid(std::string_view value, std::string& out) const {
    Hmac::Digest digest = key_(value);
    digest[6] = static_cast<unsigned char>((digest[6] & 0x0fU) | 0x40U);
    digest[8] = static_cast<unsigned char>((digest[8] & 0x3fU) | 0x80U);
    constexpr std::string_view hex = "0123456789abcdef";
    for (std::size_t i = 0; i < 16; ++i) {
      if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
      out += hex[digest[i] >> 4U];
      out += hex[digest[i] & 15U];
    }
  }

  void name(std::string_view value, std::string& out) const {
    const Hmac::Digest digest = key_(value);
    std::string result;
    if (how_.format != PseudonymFormat::last_name) result += first_names[digest[0] % first_names.size()];
    if (how_.format == PseudonymFormat::full_name) result += ' ';
    if (how_.format != PseudonymFormat::first_name) result += last_names[digest[1] % last_names.size()];
    if (how_.limit != 0 && result.size() > how_.limit) result.resize(how_.limit);
    out += result;
  }

  void integer(std::string_view value, std::string& out) const {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size()) throw outside();
    if (number == 0 && how_.lowest > 0) {
      out += '0';
      return;
    }
    // Below a range of positive numbers lies its mirror image.
    const bool mirrored = number < 0 && how_.lowest > 0 && number != INT64_MIN;
    if (mirrored) number = -number;
    if (number < how_.lowest || number > how_.highest) throw outside();
    const auto lowest = static_cast<std::uint64_t>(how_.lowest);
    const auto permuted =
        static_cast<std::int64_t>(permutations_.front()(static_cast<std::uint64_t>(number) - lowest) + lowest);
    fmt::format_to(std::back_inserter(out), "{}", mirrored ? -permuted : permuted);
  }

  /// The digits are permuted and everything between them stays. Of +49 170 … the two digits behind the + stay too.
  void phone(std::string_view value, std::string& out) const {
    if (value.find_first_not_of("0123456789+-()./#*, ") != std::string_view::npos) {
      if (how_.limit != 0 && how_.limit < shortest_token) throw no_number();
      return token(value, out);
    }
    std::string digits;
    for (const char c : value)
      if (is_digit(c)) digits += c;
    const std::size_t kept = value.front() == '+' && digits.size() > 6 ? 2 : 0;
    for (std::size_t at = kept; at < digits.size(); at += most_digits) {
      const std::size_t count = std::min<std::size_t>(most_digits, digits.size() - at);
      std::uint64_t number = 0;
      for (std::size_t i = 0; i < count; ++i) number = number * 10 + static_cast<std::uint64_t>(digits[at + i] - '0');
      number = permutations_[count - 1](number);
      for (std::size_t i = count; i > 0; --i, number /= 10) digits[at + i - 1] = static_cast<char>('0' + number % 10);
    }
    std::size_t next = 0;
    for (const char c : value) out += is_digit(c) ? digits[next++] : c;
  }

  [[nodiscard]] Error no_number() const {
    return Error(Kind::failed, fmt::format("column \"{}\" holds a text that is no telephone number, and its {} "
                                           "characters are too few for a pseudonym of a text",
                                           name_, how_.limit))
        .hint(fmt::format("Choose another action for it (mask, template, null), or widen it to {} characters.",
                          shortest_token));
  }

  [[nodiscard]] Error outside() const {
    return Error(Kind::failed,
                 fmt::format("column \"{}\" holds a number outside of the range of its pseudonyms, {} to {}", name_,
                             how_.lowest, how_.highest))
        .hint("Give the rule a wider range (\"min\", \"max\").");
  }

  Pseudonym how_;
  std::string name_;
  Hmac key_;
  std::vector<Permutation> permutations_;
};

std::string pseudonym_key_id(const Secret& key) {
  return sha256_hex("pgcoffer pseudonym key id" + std::string(key.view())).substr(0, 16);
}

Pseudonymizer::Pseudonymizer(const std::vector<std::optional<Pseudonym>>& columns,
                             const std::vector<std::string>& names, const Secret& key) {
  std::size_t used = columns.size();
  while (used > 0 && !columns[used - 1]) --used;
  for (std::size_t i = 0; i < used; ++i)
    columns_.push_back(columns[i] ? std::make_unique<const Column>(*columns[i], names[i], key) : nullptr);
}

Pseudonymizer::~Pseudonymizer() = default;

void Pseudonymizer::rewrite(std::string& block, std::size_t start, std::string& scratch) const {
  scratch.assign(block, 0, start);
  scratch.reserve(block.size() + (block.size() >> 2U));
  const char* at = block.data() + start;
  const char* const end = block.data() + block.size();
  const char* copied = at;
  while (at < end) {
    const char* const newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (newline == nullptr) throw Error(Kind::failed, "a row does not end with a new line");
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto left = static_cast<std::size_t>(newline - at);
      const char* tab = static_cast<const char*>(std::memchr(at, '\t', left));
      if (tab == nullptr) tab = newline;
      const std::string_view field(at, static_cast<std::size_t>(tab - at));
      if (columns_[i] != nullptr && field != "\\N") {
        scratch.append(copied, at);
        columns_[i]->replace(field, scratch);
        copied = tab;
      }
      if (tab == newline && i + 1 < columns_.size()) throw Error(Kind::failed, "a row has fewer values than columns");
      at = tab + 1;
    }
    at = newline + 1;
  }
  scratch.append(copied, end);
  block.swap(scratch);
}

}  // namespace pgcoffer::rows
