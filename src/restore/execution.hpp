#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "archive/reader.hpp"
#include "pgcoffer/progress.hpp"
#include "pgcoffer/restore.hpp"
#include "restore/drop.hpp"
#include "restore/plan.hpp"
#include "restore/refused.hpp"
#include "restore/rows.hpp"
#include "restore/schema.hpp"
#include "restore/target.hpp"

namespace pgcoffer::restoring {

/// Carries a plan out. What it throws says what failed; done() says what was made until then.
class Execution {
 public:
  struct Context {
    const RestoreOptions& options;
    const archive::Reader& reader;
    const Selected& selected;
    const Plan& plan;
    TargetDatabase& target;
    Journal* journal;  ///< null without
    Progress& progress;
    std::function<void(const std::string&)> warn;  ///< safe from several threads
  };

  explicit Execution(const Context& context);

  /// All or nothing, over one connection.
  void in_one_transaction();
  /// All definitions without rows, in a transaction that is rolled back; waits for no lock that somebody else holds.
  void rehearse();
  /// What of the definitions the server refuses (restore/refused.hpp); changes nothing.
  [[nodiscard]] Refused find_refused();
  /// Over several connections; what is done stays done.
  void in_steps(unsigned jobs);

  [[nodiscard]] std::uint64_t objects() const noexcept { return objects_ + made_before_; }
  [[nodiscard]] std::uint64_t tables() const noexcept { return tables_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// "40 of 50 objects before the rows", "7,000 rows": what stays in the database after a failure. Empty: nothing.
  [[nodiscard]] std::vector<std::string> done() const;

 private:
  void make_before(pg::Connection& connection);
  void run_steps(unsigned jobs);
  /// False: somebody else's lock is in the way for longer than `patience` (0: it is waited for), nothing has been done.
  [[nodiscard]] bool run(pg::Connection& connection, RowLoader::Buffers& buffers, const std::vector<std::size_t>& steps,
                         std::chrono::milliseconds patience);
  void run_row_step(pg::Connection& connection, RowLoader::Buffers& buffers, const Step& step);
  void rows_begin();
  /// Of rows that people edited, some may lack what a sequence gives, and others go beyond it.
  void set_sequences_of_edited_rows(pg::Connection& connection);
  void advance_sequences_of_edited_rows(pg::Connection& connection);
  void part_done(const archive::Table& table);
  void row_step_done();

  Context context_;
  Dropper dropper_;
  SchemaMaker maker_;
  RowLoader loader_;
  std::map<const archive::Table*, std::atomic<std::size_t>> parts_left_;
  std::atomic<std::size_t> row_steps_left_ = 0;
  std::atomic<std::uint64_t> made_before_ = 0;  ///< objects before the rows
  std::atomic<std::uint64_t> objects_ = 0;      ///< the others
  std::atomic<std::uint64_t> tables_ = 0, rows_ = 0;
  std::size_t there_before_ = 0;  ///< objects that an earlier run made
  bool stays_ = true;             ///< what has been done
};

}  // namespace pgcoffer::restoring
