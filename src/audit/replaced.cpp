#include "audit/replaced.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "content/detect.hpp"

namespace pgcoffer::audit {
namespace {

using content::Family;
using content::Kind;

/// The mask in what a manifest says of the action: "keeps 2 at the start; the others become #".
std::string mask_of(std::string_view how) {
  constexpr std::string_view before = "the others become ";
  const auto at = how.find(before);
  return at == std::string_view::npos ? "*" : std::string(how.substr(at + before.size()));
}

/// The number in "to 24"; 0 for all else.
int length_of(std::string_view how) {
  constexpr std::string_view before = "to ";
  int length = 0;
  if (how.starts_with(before)) std::from_chars(how.data() + before.size(), how.data() + how.size(), length);
  return length;
}

/// The value without the words that are masked in part: of an address or a number only a piece is left in them.
std::string without_masked_words(std::string_view value, std::string_view mask) {
  std::string result;
  while (!value.empty()) {
    const auto length = std::min(value.find_first_of(" \t\r\n"), value.size() - 1) + 1;
    const std::string_view word = value.substr(0, length);
    result += word.find(mask) == std::string_view::npos ? word : "\n";
    value.remove_prefix(length);
  }
  return result;
}

void remove_personal(content::Kinds& found, const content::Kinds& but) {
  for (const Kind kind : content::all_kinds())
    if (content::family(kind) == Family::personal && !but.has(kind)) found.remove(kind);
}

}  // namespace

bool may_be_real(std::string_view verdict) noexcept {
  constexpr std::array<std::string_view, 6> others{"null", "constant", "pseudonym", "sha256", "noise", "date-shift"};
  return std::ranges::find(others, verdict) == others.end();
}

Replaced::Replaced(const archive::Column& column) {
  if (column.verdict == "template" || column.verdict == "redact-json") how_ = How::rewritten;
  if (column.verdict == "mask") {
    how_ = How::masked;
    mask_ = mask_of(column.how);
  }
  if (column.verdict == "truncate" && (column.type == "inet" || column.type == "cidr")) {
    how_ = How::cut_address;
    bits_ = length_of(column.how);
  }
}

void Replaced::excuse(std::string_view value, content::Kinds& found) const {
  switch (how_) {
    case How::kept:
      break;
    case How::rewritten:
      // Addresses that people make up for a policy are at such domains.
      if (!found.has_real_address()) found.remove(Kind::email);
      break;
    case How::masked:
      excuse_masked(value, found);
      break;
    case How::cut_address:
      excuse_cut_address(value, found);
      break;
  }
}

void Replaced::excuse_masked(std::string_view value, content::Kinds& found) const {
  if (value.find(mask_) == std::string_view::npos) return;
  remove_personal(found, content::personal_in_text(without_masked_words(value, mask_)));
}

void Replaced::excuse_cut_address(std::string_view value, content::Kinds& found) const {
  // Of IPv6 twice as many bits are left.
  const bool version_6 = value.find(':') != std::string_view::npos;
  if (bits_ < (version_6 ? 64 : 32)) found.remove(Kind::ip);
}

}  // namespace pgcoffer::audit
