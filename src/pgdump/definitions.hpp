#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "pgdump/contents.hpp"

namespace pgcoffer::pgdump {

/// Columns of tables as the archive's definitions tell them, those too that a table has from its parents or its type.
class Definitions {
 public:
  explicit Definitions(const Contents& contents);  ///< which must outlive it

  /// Names, as the server orders them when it runs CREATE TABLE: those of parents come first. Empty where no entry
  /// tells.
  [[nodiscard]] std::vector<std::string> columns(const QualifiedName& table) const;
  /// Empty where no entry tells.
  [[nodiscard]] std::string type(const QualifiedName& table, const std::string& column) const;
  /// Has columns of parents and its own.
  [[nodiscard]] bool mixes_columns(const QualifiedName& table) const;

 private:
  using Seen = std::set<QualifiedName>;  ///< an archive that somebody has changed may go in circles
  [[nodiscard]] std::vector<std::string> columns(const QualifiedName& table, Seen& seen) const;
  [[nodiscard]] std::string type(const QualifiedName& table, const std::string& column, Seen& seen) const;
  [[nodiscard]] const Entry* find(const QualifiedName& table, Seen& seen) const;

  std::map<QualifiedName, const Entry*> by_name_;
};

}  // namespace pgcoffer::pgdump
