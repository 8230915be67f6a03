#pragma once

#include <string>
#include <vector>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::catalog {

/// What keeps the role from reading what is to be dumped, by reason: gathered, so that all of it is told at once.
class Unreadable {
 public:
  void add_schema(const std::string& name);          ///< without USAGE
  void add_table(const QualifiedName& name);         ///< without SELECT
  void add_sequence(const QualifiedName& name);      ///< the same
  void add_hidden_rows(const QualifiedName& table);  ///< by row-level security

  [[nodiscard]] bool empty() const noexcept { return first_.empty(); }
  /// Kind::permission; `role` is the one that reads.
  [[nodiscard]] Error error(const std::string& role) const;

 private:
  void add(std::vector<std::string>& to, const QualifiedName& name);

  std::vector<std::string> schemas_, tables_, sequences_, hidden_;  ///< as messages show them
  std::string first_;                                               ///< as a pattern names it
};

}  // namespace pgcoffer::catalog
