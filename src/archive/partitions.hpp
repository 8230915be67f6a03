#pragma once

#include <map>
#include <set>

#include "archive/toc.hpp"
#include "base/text.hpp"

namespace pgcoffer::archive {

/// Adds the partitions of these tables, over any number of levels: a partitioned table has its rows in them.
void add_partitions(const Toc& toc, std::set<QualifiedName>& tables);

/// Each partition, and the table that it is one of.
[[nodiscard]] std::map<QualifiedName, QualifiedName> partition_parents(const Toc& toc);

/// Partitions by hash, and those below them.
[[nodiscard]] std::set<QualifiedName> partitions_by_hash(const Toc& toc);

}  // namespace pgcoffer::archive
