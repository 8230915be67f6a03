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

/// The text behind the colon of "table: …", by the table that it is about, which has its name in the archive there.
/// Throws Error(usage).
[[nodiscard]] std::map<pg::Oid, std::string> by_table(const std::map<pg::Oid, TargetTable>& tables,
                                                      const std::vector<std::string>& texts, const char* option);

/// by_table() of --where. Throws Error(usage) for what is more than a condition, too.
[[nodiscard]] std::map<pg::Oid, std::string> conditions(const std::map<pg::Oid, TargetTable>& tables,
                                                        const std::vector<std::string>& texts);

/// Replaces the primary keys by those that are asked for. Throws Error(usage) for columns that the archive lacks.
void apply_keys(std::map<pg::Oid, TargetTable>& tables, const std::vector<std::string>& keys);

/// Throws Error(usage) for partitions that keep their names while a table above them gets another: their rows would go
/// into the partitions of the table that the map turns away from.
void refuse_unmapped_partitions(const archive::Manifest& manifest, const archive::Toc& toc,
                                const restoring::Mapping& mapping, const std::vector<TargetTable*>& tables);

}  // namespace pgcoffer::merging
