#pragma once

#include <set>

#include "restore/selection.hpp"

namespace pgcoffer::restoring {

/// Partitions whose rows would go in by their partitioned table (Table::load_into), which is there already with others
/// of its partitions: there rows could land in these, twice. They are to be loaded by themselves; the server then
/// refuses rows that belong elsewhere.
[[nodiscard]] std::set<QualifiedName> loaded_apart(const archive::Manifest& manifest, const Selected& selected);

/// Partitions under another name, whose partitioned tables are not selected: beside those that have their places they
/// are tables of their own. Takes what would attach them out of the selection, and returns them.
[[nodiscard]] std::set<QualifiedName> stand_beside(const archive::Toc& toc, const std::set<QualifiedName>& renamed,
                                                   Selected& selected);

}  // namespace pgcoffer::restoring
