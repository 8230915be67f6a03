#pragma once

#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "base/text.hpp"

namespace pgcoffer::archive {

/// Adds the partitions of these tables, over any number of levels: a partitioned table has its rows in them.
void add_partitions(const Toc& toc, std::set<QualifiedName>& tables);

/// Each partition, and the table that it is one of.
[[nodiscard]] std::map<QualifiedName, QualifiedName> partition_parents(const Toc& toc);

/// Partitions by hash, and those below them.
[[nodiscard]] std::set<QualifiedName> partitions_by_hash(const Toc& toc);

/// Where a database has another encoding than the archive's, hashes of texts are others: the manifest as it would be if
/// rows of partitions by hash went in by the table above all (Table::load_into). Nothing where they are the same.
[[nodiscard]] std::optional<Manifest> with_hashes_found_anew(const Manifest& manifest, const Toc& toc,
                                                             std::string_view encoding);

}  // namespace pgcoffer::archive
