#pragma once

#include <unordered_map>
#include <vector>

#include "catalog/model.hpp"

namespace pgcoffer::policy {

/// What partitions are partitions of. The catalog has to outlive it.
class Lineage {
 public:
  explicit Lineage(const catalog::Catalog& catalog);

  /// The partitioned tables that a partition is a part of, nearest first, the topmost last; empty for all other tables.
  [[nodiscard]] std::vector<const catalog::Table*> above(const catalog::Table& table) const;

 private:
  [[nodiscard]] const catalog::Table* parent(const catalog::Table& table) const;

  std::unordered_map<catalog::Oid, const catalog::Table*> by_oid_;
};

/// The name that people know a table by: of partitions that of the topmost partitioned table.
[[nodiscard]] const QualifiedName& known_name(const catalog::Table& table,
                                              const std::vector<const catalog::Table*>& above);

/// The column, with the comments that its like in those tables have beside its own: people describe a column where the
/// table is partitioned, and partitions do not inherit that.
[[nodiscard]] catalog::Column with_comments_above(const catalog::Column& column,
                                                  const std::vector<const catalog::Table*>& above);

}  // namespace pgcoffer::policy
