#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/pattern.hpp"
#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// A pattern for types: `uuid`, `varchar`, `public.money_amount`, `domain:email`, `enum:*`. A domain is found by the
/// names of the types that it is made of, too. Modifiers (`varchar(20)`) do not count.
class TypePattern {
 public:
  /// Throws Error(usage) for a malformed pattern.
  [[nodiscard]] static TypePattern parse(std::string_view text);
  [[nodiscard]] bool matches(const catalog::Column& column) const;
  /// The column is an array, of elements of such a type.
  [[nodiscard]] bool matches_elements(const catalog::Column& column) const;

 private:
  TypePattern(char kind, Pattern pattern) : kind_(kind), pattern_(std::move(pattern)) {}
  char kind_;  ///< pg_type.typtype that the type must have; '\0' for any
  Pattern pattern_;
};

/// Whether a comment holds the tag as words of their own: `privacy: secret` in "log-in name; Privacy:secret". Case and
/// blanks around colons do not count.
[[nodiscard]] bool has_tag(std::string_view comment, std::string_view tag);

/// What "detector" may name: `credentials`, `credentials:token`, `personal-data:email` …
[[nodiscard]] std::vector<std::string> detector_names();
/// Whether the detector tells of whole tables, too.
[[nodiscard]] bool finds_tables(const std::string& detector);
/// `name` is the table's own, or that of its partition root.
[[nodiscard]] bool detects(const std::string& detector, const catalog::Table& table, const QualifiedName& name,
                           const catalog::Column& column);
[[nodiscard]] bool detects_rows(const std::string& detector, const catalog::Table& table, const QualifiedName& name);

/// Which columns a rule is about.
class ColumnCriteria {
 public:
  explicit ColumnCriteria(const ColumnRule& rule);
  [[nodiscard]] bool matches(const catalog::Table& table, const QualifiedName& name,
                             const catalog::Column& column) const;
  /// It would match if the column were of the type of its elements.
  [[nodiscard]] bool matches_elements(const catalog::Table& table, const QualifiedName& name,
                                      const catalog::Column& column) const;
  /// More of it wins: an exact name before a tag, a type, a pattern, a detector; what says two of these before what
  /// says the higher of them alone.
  [[nodiscard]] int specificity() const noexcept { return specificity_; }
  /// It names one column.
  [[nodiscard]] bool exact() const noexcept { return exact_; }

 private:
  [[nodiscard]] bool matches_otherwise(const catalog::Table& table, const QualifiedName& name,
                                       const catalog::Column& column) const;

  std::optional<Pattern> name_;
  std::optional<TypePattern> type_;
  std::string tag_, detector_;
  int specificity_ = 0;
  bool exact_ = false;
};

}  // namespace pgcoffer::policy
