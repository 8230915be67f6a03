#pragma once

#include <string>
#include <vector>

#include "base/text.hpp"
#include "catalog/model.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::catalog {

/// As messages and manifests name it.
[[nodiscard]] std::string described(const Unsupported& object);

/// What keeps the role from reading what is to be dumped, by reason: gathered, so that all of it is told at once.
class Unreadable {
 public:
  void add_schema(const std::string& name);          ///< without USAGE
  void add_table(const QualifiedName& name);         ///< without SELECT
  void add_sequence(const QualifiedName& name);      ///< the same
  void add_hidden_rows(const QualifiedName& table);  ///< by row-level security
  void add_object(const std::string& name);          ///< of which it may not see a part, with what that is
  void add_large_objects(std::string why);           ///< some of them; empty: none

  [[nodiscard]] bool empty() const noexcept { return !from_tables() && objects_.empty() && large_objects_.empty(); }
  /// Kind::permission; `role` is the one that reads, said of schemas, tables and sequences.
  [[nodiscard]] Error error(const std::string& role) const;

 private:
  void add(std::vector<std::string>& to, const QualifiedName& name);
  /// Which -T and the like leave out.
  [[nodiscard]] bool from_tables() const noexcept { return !first_.empty(); }

  std::vector<std::string> schemas_, tables_, sequences_, hidden_, objects_;  ///< as messages show them
  std::string large_objects_;                                                 ///< the server's words
  std::string first_;                                                         ///< as a pattern names it
};

}  // namespace pgcoffer::catalog
