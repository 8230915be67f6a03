#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgcoffer/secret.hpp"

namespace pgcoffer::rows {

enum class PseudonymFormat { text, email, phone, uuid, integer, first_name, last_name, full_name };

/// How the values of a column become pseudonyms. Equal values become equal ones wherever format, range and key are the
/// same; `limit` and `keep_domain` change what is shown.
struct Pseudonym {
  PseudonymFormat format = PseudonymFormat::text;
  std::int64_t lowest = 1, highest = 1;  ///< integer: the range that is permuted
  bool keep_domain = false;              ///< email
  std::size_t limit = 0;                 ///< characters that the column takes; 0: any number
  bool operator==(const Pseudonym&) const = default;
};

/// Shorter texts would make the same pseudonym of two values too likely: 13 characters have 65 bits.
inline constexpr std::size_t shortest_token = 13;
inline constexpr std::string_view pseudonym_domain = "@example.com";

/// What tells keys apart without telling the key: 16 hex digits.
[[nodiscard]] std::string pseudonym_key_id(const Secret& key);

/// Replaces values in rows of COPY text. Stateless after construction: safe from several threads.
class Pseudonymizer {
 public:
  /// One for each column of the rows, in order; `names` are theirs, for messages.
  Pseudonymizer(const std::vector<std::optional<Pseudonym>>& columns, const std::vector<std::string>& names,
                const Secret& key);
  ~Pseudonymizer();

  /// Replaces the values in all lines of `block` from `start` on. `scratch` is a buffer that is kept from call to call.
  /// Throws Error(failed) for an integer outside of its range, and for rows that are no COPY text of these columns.
  void rewrite(std::string& block, std::size_t start, std::string& scratch) const;

 private:
  class Column;
  std::vector<std::unique_ptr<const Column>> columns_;  ///< null for those that stay; without the last of these
};

}  // namespace pgcoffer::rows
