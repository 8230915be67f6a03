#pragma once

#include <map>
#include <string>
#include <vector>

#include "merge/target.hpp"
#include "pgcoffer/merge.hpp"
#include "restore/mapping.hpp"

namespace pgcoffer::merging {

/// Options that make no sense together: Error(usage).
void check_options(const MergeOptions& options);

/// What "TABLE: text" says of a table. The archive's name stands there, also that of a partitioned table, of whose
/// partitions it is then said.
struct TableText {
  pg::Oid table = 0;
  std::string called;  ///< the name without schema, as it was written
  std::string text;
};

/// The conditions of --where. Throws Error(usage), also for what is more than a condition.
[[nodiscard]] std::vector<TableText> conditions(const archive::Manifest& manifest, const archive::Toc& toc,
                                                const std::map<pg::Oid, TargetTable>& tables,
                                                const std::vector<std::string>& texts);

/// Replaces the primary keys by those that are asked for with --key. Throws Error(usage) for columns that the archive
/// lacks.
void apply_keys(const archive::Manifest& manifest, const archive::Toc& toc, std::map<pg::Oid, TargetTable>& tables,
                const std::vector<std::string>& keys);

/// Throws Error(usage) for a --key of a table of which no rows are merged.
void refuse_idle_keys(const archive::Manifest& manifest, const archive::Toc& toc,
                      const std::map<pg::Oid, TargetTable>& tables, const std::vector<std::string>& keys,
                      const std::vector<TargetTable*>& chosen);

/// Throws Error(usage) for partitions that keep their names while a table above them gets another: their rows would go
/// into the partitions of the table that the map turns away from.
void refuse_unmapped_partitions(const archive::Manifest& manifest, const archive::Toc& toc,
                                const restoring::Mapping& mapping, const std::vector<TargetTable*>& tables);

}  // namespace pgcoffer::merging
