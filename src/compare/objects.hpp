#pragma once

#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "compare/selection.hpp"
#include "pgcoffer/compare.hpp"

namespace pgcoffer::comparing {

/// What makes the two sides' ways of writing differ.
struct Between {
  bool versions = false;  ///< servers of two major versions wrote the definitions
  bool pg_dump = false;   ///< one of them at least is an archive of pg_dump
};

/// Compares those objects of two schemas that are selected, by kind and identity. Objects of tables that the archive's
/// policy left out, and, when its dump was told to take only some objects, what belongs to other tables, are not
/// `added`.
[[nodiscard]] std::vector<ObjectDifference> compare_objects(const archive::Manifest& manifest,
                                                            const archive::Toc& archive, const archive::Toc& other,
                                                            const Between& between, const CompareOptions& options,
                                                            const Selection& selection);

/// Whether the archive's dump was told to take only some objects: others are not missed in it.
[[nodiscard]] bool took_a_selection(const archive::Manifest& manifest);

}  // namespace pgcoffer::comparing
