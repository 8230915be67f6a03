#include "rows/row_digest.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace pgcoffer::rows {

RowHash hash_of(std::string_view text) noexcept {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return {hash.high64, hash.low64};
}

std::string to_hex(const RowHash& hash) {
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

void RowDigest::add(const RowHash& hash) noexcept {
  sum_.low += hash.low;
  sum_.high += hash.high + (sum_.low < hash.low ? 1 : 0);
}

void RowDigest::add_row(std::string_view row) noexcept {
  add(hash_of(row));
  ++rows_;
}

void RowDigest::add_lines(std::string_view lines) noexcept {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    add_row(lines.substr(0, end));
    if (end == std::string_view::npos) return;
    lines.remove_prefix(end + 1);
  }
}

void RowDigest::add(const RowDigest& other) noexcept {
  add(other.sum_);
  rows_ += other.rows_;
}

std::string RowDigest::hex() const {
  return to_hex(sum_);
}

}  // namespace pgcoffer::rows
