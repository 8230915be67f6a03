#pragma once

#include <map>
#include <set>
#include <vector>

#include "archive/toc.hpp"
#include "base/text.hpp"

namespace pgcoffer::restoring {

/// The tables that making an object after the rows locks on the server.
struct Locks {
  std::set<QualifiedName> shared;     ///< SHARE: several indexes of a table are built at once
  std::set<QualifiedName> exclusive;  ///< anything stronger

  [[nodiscard]] std::set<QualifiedName> tables() const;
};

/// Knows from the table of contents which tables an entry locks, so that two that would wait for each other never run
/// at the same time. It may name too many, never too few: a foreign key both of its tables, and the partitions of both.
class LockFinder {
 public:
  explicit LockFinder(const archive::Toc& toc);
  [[nodiscard]] Locks of(const archive::TocEntry& entry) const;

 private:
  void add_with_children(const QualifiedName& table, std::set<QualifiedName>& into) const;

  std::map<int, QualifiedName> table_of_;                            ///< by entry id
  std::map<QualifiedName, std::vector<QualifiedName>> children_of_;  ///< partitions and inheriting tables
};

}  // namespace pgcoffer::restoring
