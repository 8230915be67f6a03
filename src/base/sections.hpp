#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer {

/// The three parts of a dump: what is made before the rows, the rows, what is made after them.
struct Sections {
  bool pre_data = true, data = true, post_data = true;

  [[nodiscard]] bool schema() const { return pre_data || post_data; }
  /// "pre-data", "data" or "post-data".
  [[nodiscard]] bool has(std::string_view section) const;
};

/// What --section (names; empty: all), --schema-only and --data-only leave together. Throws Error(usage) for an unknown
/// name, and where nothing is left.
[[nodiscard]] Sections chosen_sections(const std::vector<std::string>& names, bool schema_only, bool data_only);

}  // namespace pgcoffer
