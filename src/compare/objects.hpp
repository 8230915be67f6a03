#pragma once

#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "pgcoffer/compare.hpp"

namespace pgcoffer::comparing {

/// Compares the objects of two schemas by kind and identity. Objects of tables that the archive's policy left out, and,
/// when its dump was told to take only some objects, what belongs to other tables, are not `added`.
[[nodiscard]] std::vector<ObjectDifference> compare_objects(const archive::Manifest& manifest,
                                                            const archive::Toc& archive, const archive::Toc& other,
                                                            const CompareOptions& options);

}  // namespace pgcoffer::comparing
