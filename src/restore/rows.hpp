#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "archive/reader.hpp"
#include "pgcoffer/progress.hpp"
#include "restore/target.hpp"

namespace pgcoffer::restoring {

/// Loads the rows of tables. A part is one COPY, and is committed by itself unless a transaction is open.
class RowLoader {
 public:
  RowLoader(const archive::Reader& reader, TargetDatabase& target, Progress& progress)
      : reader_(reader), target_(target), progress_(progress) {}

  /// Over one connection, table after table.
  void load(pg::Connection& connection, const std::vector<const archive::Table*>& tables);
  /// Over several connections. `in_order`: a table begins when the one before is whole (foreign keys are in force).
  void load_parallel(const std::vector<const archive::Table*>& tables, unsigned jobs, bool in_order);

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t tables() const noexcept { return tables_; }

 private:
  struct Task;
  void load_part(pg::Connection& connection, archive::Reader::Pipeline& pipeline, const archive::Table& table,
                 const archive::Part& part, std::string& scratch);
  void run_tasks(const std::vector<Task>& tasks, unsigned jobs);

  const archive::Reader& reader_;
  TargetDatabase& target_;
  Progress& progress_;
  std::atomic<std::uint64_t> rows_ = 0, tables_ = 0;
};

/// Fills large objects, which exist already (their entries in toc.json create them).
void load_large_objects(const archive::Reader& reader, pg::Connection& connection,
                        const std::vector<const archive::LargeObject*>& objects, Progress& progress);

}  // namespace pgcoffer::restoring
