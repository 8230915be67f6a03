#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/pattern.hpp"
#include "compare/side.hpp"
#include "pgcoffer/compare.hpp"

namespace pgcoffer::comparing {

/// Which tables and objects are compared: all, or those that CompareOptions name and do not exclude.
class Selection {
 public:
  /// What only one of the sides has can be named, too. Throws Error(usage) for what matches nothing on either.
  Selection(const CompareOptions& options, const Side& archive, const Side& other);

  /// False: whole sides are compared, perhaps without some tables.
  [[nodiscard]] bool partial() const noexcept { return partial_; }
  [[nodiscard]] bool has(const QualifiedName& table) const;
  /// The entries that are compared, by id: tables with all that belongs to them, of schemas all that is in them.
  [[nodiscard]] std::set<int> entries(const archive::Toc& toc) const;

 private:
  std::set<QualifiedName> tables_, excluded_tables_;
  std::vector<Pattern> schemas_, excluded_schemas_;
  bool partial_ = false;
};

}  // namespace pgcoffer::comparing
