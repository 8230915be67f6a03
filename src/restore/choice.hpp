#pragma once

#include <set>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "base/text.hpp"
#include "pgcoffer/restore.hpp"

namespace pgcoffer::restoring {

/// Which of an archive's objects are asked for.
struct Choice {
  bool partial = false;               ///< false: all
  std::set<QualifiedName> relations;  ///< with all that belongs to them
  std::set<int> entries;              ///< others, by id, with their comments, privileges and the like

  [[nodiscard]] bool has(const archive::TocEntry& entry) const;
  [[nodiscard]] bool has(const archive::Table& table) const;
  /// A relation with all that belongs to it, another object by itself.
  void add(const archive::TocEntry& entry);
};

/// True for tables of all kinds, views and sequences.
[[nodiscard]] bool is_relation(const archive::TocEntry& entry);

/// Applies --tables, -t, -n and --object. Throws Error(usage) for what matches nothing.
[[nodiscard]] Choice choose(const archive::Manifest& manifest, const archive::Toc& toc, const RestoreOptions& options);

}  // namespace pgcoffer::restoring
