#pragma once

#include <set>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "base/text.hpp"
#include "pgcoffer/restore.hpp"

namespace pgcoffer::restoring {

using Names = std::set<QualifiedName>;

/// Adds those of the known names that a psql pattern matches; false where there are none. Throws Error(usage) for what
/// is no pattern.
[[nodiscard]] bool add_matching(const Names& known, const std::string& pattern, Names& chosen);

/// Adds what is called exactly so, with or without schema: names as applications write them ("Booking") are in the
/// catalog exactly so, and a pattern would fold them. One with a dot in it means schema.table where there is that.
/// Otherwise `text` is taken as a pattern.
[[nodiscard]] bool add_named(const Names& known, const std::string& text, Names& chosen);

/// Which of an archive's objects are asked for.
struct Choice {
  bool partial = false;   ///< false: all
  Names relations;        ///< with all that belongs to them
  std::set<int> entries;  ///< others, by id, with their comments, privileges and the like

  [[nodiscard]] bool has(const archive::TocEntry& entry) const;
  [[nodiscard]] bool has(const archive::Table& table) const;
  /// A relation with all that belongs to it, another object by itself.
  void add(const archive::TocEntry& entry);
};

/// The name that people give it; the table of contents has the table's before those of triggers, constraints and the
/// like.
[[nodiscard]] std::string own_name(const archive::TocEntry& entry);

/// Not so TABLE DATA, whose rows come from the manifest, or the schema public, which is there (and may only get another
/// owner).
[[nodiscard]] bool makes_something(const archive::TocEntry& entry);

/// True for tables of all kinds, views and sequences.
[[nodiscard]] bool is_relation(const archive::TocEntry& entry);

/// Adds what belongs to the domains among the chosen, and stands apart from them: constraints, a default.
void add_parts_of_domains(const archive::Toc& toc, Choice& choice);

/// Applies --tables, -t, -n and --object. Throws Error(usage) for what matches nothing.
[[nodiscard]] Choice choose(const archive::Manifest& manifest, const archive::Toc& toc, const RestoreOptions& options);

}  // namespace pgcoffer::restoring
