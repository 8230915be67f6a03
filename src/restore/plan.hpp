#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "restore/selection.hpp"

namespace pgcoffer::restoring {

/// What one connection does in one transaction: it makes schema objects, or loads a part, or fills large objects. One
/// with nothing of that is a mark: what comes after it waits for all that it comes after.
struct Step {
  Entries entries;
  const archive::Table* table = nullptr;
  const archive::Part* part = nullptr;
  bool made_here = false;  ///< the part's table is made by the same restore
  std::vector<const archive::LargeObject*> large_objects;
  std::uint64_t work = 0;              ///< an estimate, in bytes of row text that the server has to go through
  std::vector<std::size_t> after;      ///< steps (by their place in the plan) that must be done before
  std::vector<std::size_t> shared;     ///< numbers of tables that others may share with it while it runs
  std::vector<std::size_t> exclusive;  ///< numbers of tables that nobody else may touch while it runs

  [[nodiscard]] bool is_mark() const noexcept { return entries.empty() && part == nullptr && large_objects.empty(); }
};

/// Everything that a restore does, in an order that suits a single connection. Pure: no server was asked.
struct Plan {
  Entries before;           ///< the rows, one after the other
  std::vector<Step> steps;  ///< rows, and what needs them; as parallel as `after` and the locks allow
  Entries last;             ///< event triggers, which would fire for all the rest
};

/// `tables`: all of the archive; an index takes long on a large one, whether or not its rows are selected, too.
[[nodiscard]] Plan make_plan(const archive::Toc& toc, const std::vector<archive::Table>& tables,
                             const Selected& selected);

/// The plan for people, a line for each table and each group of objects.
[[nodiscard]] std::vector<std::string> describe(const Selected& selected);

}  // namespace pgcoffer::restoring
