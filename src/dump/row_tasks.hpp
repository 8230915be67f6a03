#pragma once

#include <cstdint>
#include <vector>

#include "plan/plan.hpp"

namespace pgcoffer::dumping {

/// COPYs of small tables in one message to the server: more save nothing.
inline constexpr std::size_t kMostInMessage = 100;

/// One COPY: a range of a table.
struct Reading {
  std::size_t table = 0;    ///< index into Plan::tables
  std::uint32_t range = 0;  ///< which of its statements
};

/// What one connection reads with one message: a range of a large table, or many small tables.
struct RowTask {
  std::vector<Reading> readings;
  std::uint64_t bytes = 0;  ///< estimated
};

struct RowTasks {
  std::vector<RowTask> tasks;  ///< largest first, so that no long one is begun when all others are done
  bool many_small = false;     ///< so many small tables that a file for each would cost more than its rows
};

[[nodiscard]] RowTasks row_tasks(const plan::Plan& plan, unsigned jobs, std::uint64_t part_size);

}  // namespace pgcoffer::dumping
