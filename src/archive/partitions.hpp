#pragma once

#include <set>

#include "archive/toc.hpp"
#include "base/text.hpp"

namespace pgcoffer::archive {

/// Adds the partitions of these tables, over any number of levels: a partitioned table has its rows in them.
void add_partitions(const Toc& toc, std::set<QualifiedName>& tables);

}  // namespace pgcoffer::archive
