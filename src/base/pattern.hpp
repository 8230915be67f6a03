#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace pgcoffer {

namespace detail {
class NameRegex;
}

/// A psql pattern for object names (PostgreSQL documentation, psql, "Patterns").
///
/// `*` any run of characters, `?` one character, `[a-z]` classes, `|` alternatives, `.` parts schema and name,
/// "…" takes its content literally (with "" for a quote); everything outside quotes is folded to lower case (ASCII).
/// As in psql the other characters of regular expressions keep their meaning outside quotes: `(…)`, `+`, `{m,n}`, `^`,
/// `\d`, `\s`, `\w`; `$` is always literal, and `[]` too. Back references and the other escapes are refused.
/// A pattern is compiled once; matching takes time in proportion to the name's length, whatever the pattern.
class Pattern {
 public:
  /// How many names a part of a pattern can stand for.
  enum class Breadth { everything, some, exact };

  /// A pattern for schema-qualified names: `name`, `schema.name`. Without a schema part it matches in every schema.
  /// Throws Error(usage) for a malformed pattern, an empty part, or a third part (a database name).
  [[nodiscard]] static Pattern for_relation(std::string_view text);
  /// A pattern for names that have no schema (schemas themselves, extensions, columns).
  [[nodiscard]] static Pattern for_name(std::string_view text);
  /// As psql and pg_dump take them: before schema.name and before a schema's name, the name of a database may stand.
  [[nodiscard]] static Pattern for_relation_of_database(std::string_view text);
  [[nodiscard]] static Pattern for_schema_of_database(std::string_view text);

  [[nodiscard]] bool matches(const QualifiedName& name) const;
  [[nodiscard]] bool matches(std::string_view name) const;
  /// As the user wrote it.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// False when the pattern names another database than this.
  [[nodiscard]] bool in_database(std::string_view name) const;
  /// True when the pattern names a schema part.
  [[nodiscard]] bool has_schema() const noexcept { return schema_ != nullptr; }
  /// `everything` without a schema part.
  [[nodiscard]] Breadth schema_breadth() const noexcept { return schema_breadth_; }
  [[nodiscard]] Breadth name_breadth() const noexcept { return name_breadth_; }

 private:
  Pattern() = default;
  std::string text_;
  std::shared_ptr<const detail::NameRegex> database_, schema_, name_;  ///< shared by copies; never changed
  Breadth schema_breadth_ = Breadth::everything, name_breadth_ = Breadth::everything;
};

}  // namespace pgcoffer
