#include "audit/secret_pairs.hpp"

#include <algorithm>

#include "content/values.hpp"
#include "policy/credential_names.hpp"
#include "policy/words.hpp"

namespace pgcoffer::audit {
namespace {

/// Tables with more texts are no settings.
constexpr std::size_t kMostTexts = 6;
/// How many texts of a part may be names and are looked at: words are cut slowly, and settings are few. Less where none
/// of the first is a credential's.
constexpr std::uint64_t kMostNames = 50000, kFirstNames = 5000;

/// An identifier, and no id.
bool may_be_name(std::string_view text) {
  constexpr std::size_t shortest = 5, longest = 64, most_digits = 4;
  constexpr std::string_view others = " \t\r\n@,;()[]{}<>\"'=?&%$#!*\\|";
  if (text.size() < shortest || text.size() > longest || text.front() == '/') return false;
  const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return digits <= static_cast<std::ptrdiff_t>(most_digits) && text.find_first_of(others) == std::string_view::npos;
}

/// At least two words, of which the last is that of a credential: no word that people write, and no event
/// (`password_reset`).
bool is_name(std::string_view identifier) {
  constexpr policy::WordSet heads(
      "password passwd pwd pass pw pword passphrase passcode secret token key credential jwt dsn salt");
  if (policy::words(identifier).size() < 2) return false;
  const policy::Words w = policy::reduce(identifier).words;
  return !w.empty() && heads.contains(w.back()) && policy::is_credential_key(identifier);
}

bool looks_made_up(std::string_view value) {
  constexpr std::size_t shortest = 6;
  const bool quoted = value.size() > 2 && value.front() == '"' && value.back() == '"';
  if (quoted) value = value.substr(1, value.size() - 2);
  return value.find("://") == std::string_view::npos && content::is_made_up_word(value, shortest);
}

bool is_json(const catalog::Column& column) {
  return column.value_class == catalog::ValueClass::json && !column.array;
}

}  // namespace

SecretPairs::SecretPairs(const catalog::Table& table, const std::optional<policy::KeyValue>& known) : known_(known) {
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (policy::is_plain_text(table.columns[c]) || is_json(table.columns[c])) columns_.push_back(c);
  if (columns_.size() < 2 || columns_.size() > kMostTexts) columns_.clear();
  looks_.resize(columns_.size());
  pairs_.resize(columns_.size() * columns_.size());
}

void SecretPairs::add(std::size_t column, const std::string_view* value) {
  const auto found = std::ranges::find(columns_, column);
  if (value == nullptr || found == columns_.end() || names_ >= (any_named_ ? kMostNames : kFirstNames)) return;
  Look& look = looks_[static_cast<std::size_t>(found - columns_.begin())];
  look = {false, false, looks_made_up(*value)};
  if (!may_be_name(*value)) return;
  ++names_;
  look.named = is_name(*value);
  any_named_ = any_named_ || look.named;
}

void SecretPairs::end_row(std::uint64_t row) {
  for (std::size_t name = 0; name < looks_.size(); ++name)
    for (std::size_t value = 0; value < looks_.size(); ++value) {
      if (name == value || looks_[name].is_null || looks_[value].is_null) continue;
      Pair& pair = at(name, value);
      ++(looks_[name].named ? pair.named : pair.others);
      if (!looks_[value].made_up) continue;
      if (!looks_[name].named) {
        ++pair.made_up;
        continue;
      }
      ++pair.secrets.rows;
      if (pair.secrets.places.size() < kPlaces) pair.secrets.places.push_back({"", row});
    }
  std::ranges::fill(looks_, Look());
}

void SecretPairs::add(const SecretPairs& other) {
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    Pair& pair = pairs_[i];
    const Pair& more = other.pairs_[i];
    pair.named += more.named;
    pair.others += more.others;
    pair.made_up += more.made_up;
    pair.secrets.add(more.secrets);
  }
}

void SecretPairs::name_part(const std::string& file) {
  for (Pair& pair : pairs_)
    for (Place& place : pair.secrets.places) place.part = file;
}

/// Where ids and the like stand beside all names, they are no secrets of some. One row alone shows nothing.
bool SecretPairs::tells(const Pair& pair) {
  const bool enough = pair.secrets.rows > 1 || (pair.secrets.rows == 1 && pair.others > 1);
  return enough && pair.secrets.rows * 2 >= pair.named && pair.made_up * 3 <= pair.others;
}

void SecretPairs::tell(std::vector<ColumnContent>& columns) const {
  for (std::size_t value = 0; value < columns_.size(); ++value) {
    ColumnContent& content = columns[columns_[value]];
    const bool known = known_ && known_->value == columns_[value];
    if (known || content.seen(content::Kind::named_secret).rows > 0) continue;
    const Pair* best = nullptr;
    for (std::size_t name = 0; name < columns_.size(); ++name) {
      const Pair& pair = at(name, value);
      if (tells(pair) && (best == nullptr || pair.secrets.rows > best->secrets.rows)) best = &pair;
    }
    if (best != nullptr) content.add(content::Kind::named_secret, best->secrets);
  }
}

}  // namespace pgcoffer::audit
