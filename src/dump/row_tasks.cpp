#include "dump/row_tasks.hpp"

#include <algorithm>
#include <functional>

namespace pgcoffer::dumping {
namespace {

/// A table of less than this share of a part is small: reading it costs less than asking for it.
constexpr std::uint64_t kSmallShare = 16;
/// Up to here a file for each table is easier to handle, and costs nothing that one would notice.
constexpr std::size_t kManySmall = 500;
constexpr std::size_t kTasksPerJob = 4;

/// A subset's statement is no small one: it names each row.
bool is_small(const plan::TablePlan& table, std::uint64_t part_size) {
  return !table.subset && table.copy_statements.size() == 1 && table.estimated_bytes < part_size / kSmallShare;
}

}  // namespace

RowTasks row_tasks(const plan::Plan& plan, unsigned jobs, std::uint64_t part_size) {
  RowTasks result;
  std::vector<Reading> small;
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    const plan::TablePlan& table = plan.tables[i];
    if (is_small(table, part_size)) {
      small.push_back({i, 0});
      continue;
    }
    for (std::uint32_t range = 0; range < table.statements(); ++range)
      result.tasks.push_back({{{i, range}}, table.estimated_bytes / table.statements()});
  }
  result.many_small = small.size() > kManySmall;
  const std::size_t together = std::clamp(small.size() / (kTasksPerJob * jobs), std::size_t{1}, kMostInMessage);
  for (std::size_t at = 0; at < small.size(); at += together) {
    RowTask task;
    for (std::size_t i = at; i < std::min(at + together, small.size()); ++i) {
      task.readings.push_back(small[i]);
      task.bytes += plan.tables[small[i].table].estimated_bytes;
    }
    result.tasks.push_back(std::move(task));
  }
  std::ranges::stable_sort(result.tasks, std::greater<>(), &RowTask::bytes);
  return result;
}

}  // namespace pgcoffer::dumping
