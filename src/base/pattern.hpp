#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace pgcoffer {

/// A psql pattern for object names (PostgreSQL documentation, psql, "Patterns").
///
/// `*` any run of characters, `?` one character, `[a-z]` classes, `|` alternatives, `.` parts schema and name,
/// "…" takes its content literally (with "" for a quote); everything outside quotes is folded to lower case.
class Pattern {
 public:
  /// A pattern for schema-qualified names: `name`, `schema.name`. Without a schema part it matches in every schema.
  /// Throws Error(usage) for a malformed pattern.
  [[nodiscard]] static Pattern for_relation(std::string_view text);
  /// A pattern for names that have no schema (schemas themselves, extensions).
  [[nodiscard]] static Pattern for_name(std::string_view text);

  [[nodiscard]] bool matches(const QualifiedName& name) const;
  [[nodiscard]] bool matches(std::string_view name) const;
  /// As the user wrote it.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// True when the pattern names a schema part.
  [[nodiscard]] bool has_schema() const noexcept { return has_schema_; }

 private:
  std::string text_, schema_regex_, name_regex_;  ///< ECMAScript regular expressions over UTF-8 bytes
  bool has_schema_ = false;
};

[[nodiscard]] bool any_matches(const std::vector<Pattern>& patterns, const QualifiedName& name);

}  // namespace pgcoffer
