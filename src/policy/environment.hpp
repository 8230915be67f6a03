#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// A variable for the archive; the value of a masked one is empty.
struct Variable {
  std::string name, value;
  bool masked = false;
};

/// The variables that the rules choose, sorted by name: of the file, or of this process. Masked are those that the
/// rules mask, and those whose name or value is that of a credential, unless the rules show them. Throws Error(policy)
/// where a name without wildcards is there none of, Error(usage) where the file cannot be read. Patterns that match
/// nothing, and so leave out, mask or show nothing, are added to the warnings.
[[nodiscard]] std::vector<Variable> read_environment(const Environment& rules, std::vector<std::string>& warnings);

/// NAME=value lines as shells and docker read them: `export` before and blanks around them, comments, values in quotes.
/// Throws Error(usage) with the line's number.
[[nodiscard]] std::vector<Variable> parse_environment(std::string_view text, const std::string& file);

/// Whether the value gives access: by the variable's name, or by what the detectors for rows find in it; passwords of
/// connection strings and users of URLs count, too.
[[nodiscard]] bool is_secret_variable(std::string_view name, std::string_view value);

}  // namespace pgcoffer::policy
