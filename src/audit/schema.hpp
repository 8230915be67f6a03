#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "base/text.hpp"
#include "catalog/model.hpp"

namespace pgcoffer::audit {

/// A foreign key as the archive's schema defines it.
struct ForeignKey {
  std::string name;
  QualifiedName table, referenced;
  std::vector<std::string> columns, referenced_columns;
  bool period = false;    ///< the last column is a range that has to be covered
  bool validated = true;  ///< false: NOT VALID or NOT ENFORCED, so that rows may break it
};

/// Throws Error(damaged) for a foreign key that cannot be read.
[[nodiscard]] std::vector<ForeignKey> foreign_keys(const archive::Toc& toc);

/// Positions in manifest.tables of the table and all of its partitions.
[[nodiscard]] std::vector<std::size_t> with_partitions(const archive::Manifest& manifest, const archive::Toc& toc,
                                                       const QualifiedName& table);

/// As much of a catalog as an archive tells: tables, columns, their comments, and what is a partition of what. It
/// serves to find out what a policy's rules and detectors say of them. Same order as manifest.tables.
[[nodiscard]] catalog::Catalog catalog_of(const archive::Manifest& manifest, const archive::Toc& toc);

}  // namespace pgcoffer::audit
