#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "archive/toc.hpp"
#include "base/text.hpp"

namespace pgcoffer::audit {

/// What of a value does not count when it is compared.
enum class Spelling { as_is, blanks_at_end, capitals, zeros_at_end };
/// The value without it, of capitals those that are ASCII. It may lie in `scratch`.
[[nodiscard]] std::string_view spelled(std::string_view value, Spelling spelling, std::string& scratch);

/// How the values of a column of a foreign key are compared with those of the one that it references.
struct ComparedTypes {
  Spelling referencing = Spelling::as_is, referenced = Spelling::as_is;
  bool certain = false;  ///< what differs then is not equal; of `capitals`, where all letters are ASCII
  bool texts = false;    ///< which a collation may take for the same
};

/// What the schema says of types, as far as one has to know it to compare values.
class KeyTypes {
 public:
  explicit KeyTypes(const archive::Toc& toc);

  /// Types as the manifest has them.
  [[nodiscard]] ComparedTypes compare(const std::string& referencing, const std::string& referenced) const;
  /// The table has a column with a collation that takes different texts for the same.
  [[nodiscard]] bool has_such_collation(const QualifiedName& table) const { return collated_.contains(table); }

 private:
  [[nodiscard]] std::string base_of(const std::string& type) const;

  std::map<std::string, std::string> domains_;  ///< with what they are made of
  std::set<std::string> enums_;
  std::set<QualifiedName> collated_;
};

}  // namespace pgcoffer::audit
