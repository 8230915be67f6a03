#include "restore/execution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/counted.hpp"
#include "base/crew.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "restore/lost_partitions.hpp"
#include "restore/scheduler.hpp"
#include "restore/sequences.hpp"

namespace pgcoffer::restoring {

using namespace std::chrono_literals;

namespace {

/// Each takes locks until the transaction's end, and the server's lock table (max_locks_per_transaction) is small by
/// default.
constexpr std::size_t kObjectsPerTransaction = 100;

/// The dump was told to take only some tables or schemas.
bool of_some_tables(const archive::Manifest& manifest) {
  static const std::set<std::string> restricting = {
      "--table",         "--table-and-children",         "--schema",
      "--exclude-table", "--exclude-table-and-children", "--exclude-schema"};
  return std::ranges::any_of(manifest.options, [](const std::string& option) {
    return restricting.contains(option.substr(0, option.find(' ')));
  });
}

}  // namespace

Execution::Execution(const Context& context)
    : context_(context),
      dropper_(context.selected.drops),
      maker_(context.options,
             context.selected.partial || of_some_tables(context.reader.manifest()) ||
                 context.options.skip_missing_references,
             context.journal, context.warn),
      loader_(context.reader, context.journal, context.progress) {
  for (const Step& step : context.plan.steps) {
    if (step.part != nullptr) ++parts_left_[step.table];
    if (step.part != nullptr || !step.large_objects.empty()) ++row_steps_left_;
  }
}

void Execution::in_one_transaction() {
  stays_ = false;
  pg::Connection& connection = context_.target.leader();
  RowLoader::Buffers buffers = loader_.buffers();
  connection.exec("BEGIN");
  refuse_lost_partitions(connection, context_.selected);
  dropper_.run(connection);
  make_before(connection);
  rows_begin();
  set_sequences_of_edited_rows(connection);
  std::vector<std::size_t> small;
  const auto flush = [&] {
    if (!small.empty()) static_cast<void>(run(connection, buffers, std::exchange(small, {}), {}));
  };
  const std::vector<Step>& steps = context_.plan.steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].is_mark()) continue;
    if (steps[i].entries.empty() || small.size() == kObjectsPerTransaction) flush();
    small.push_back(i);
    if (steps[i].entries.empty()) flush();
  }
  flush();
  advance_sequences_of_edited_rows(connection);
  maker_.make(connection, context_.plan.last, objects_);
  connection.exec("COMMIT");
  stays_ = true;
}

void Execution::rehearse() {
  stays_ = false;
  pg::Connection& connection = context_.target.leader();
  connection.exec("BEGIN");
  make_before(connection);
  Entries entries;
  for (const Step& step : context_.plan.steps) entries.insert(entries.end(), step.entries.begin(), step.entries.end());
  entries.insert(entries.end(), context_.plan.last.begin(), context_.plan.last.end());
  maker_.make(connection, entries, objects_);
  connection.exec("ROLLBACK");
}

Refused Execution::find_refused() {
  context_.progress.phase("trial", {});
  return restoring::find_refused(context_.target.leader(), maker_.silent(), context_.plan);
}

void Execution::in_steps(unsigned jobs) {
  refuse_lost_partitions(context_.target.leader(), context_.selected);
  dropper_.run_in_steps(context_.target.leader(), kObjectsPerTransaction);
  make_before(context_.target.leader());
  rows_begin();
  pg::Connection& connection = context_.target.leader();
  set_sequences_of_edited_rows(connection);
  run_steps(jobs);
  advance_sequences_of_edited_rows(connection);
  if (context_.journal == nullptr) {
    maker_.make(connection, context_.plan.last, objects_);
    return;
  }
  // Together, since event triggers would fire for the removal.
  connection.exec("BEGIN");
  context_.journal->remove(connection);
  maker_.make(connection, context_.plan.last, objects_);
  connection.exec("COMMIT");
}

void Execution::make_before(pg::Connection& connection) {
  const Entries& entries = context_.plan.before;
  if (!entries.empty()) context_.progress.phase("pre-data", {});
  there_before_ = static_cast<std::size_t>(std::ranges::count_if(entries, [this](const archive::TocEntry* entry) {
    return context_.journal != nullptr && context_.journal->has(Journal::item(*entry));
  }));
  for (std::size_t first = 0; first < entries.size(); first += kObjectsPerTransaction) {
    const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
    const std::size_t count = std::min(kObjectsPerTransaction, entries.size() - first);
    maker_.make(connection, {begin, begin + static_cast<std::ptrdiff_t>(count)}, made_before_);
  }
}

void Execution::run_steps(unsigned jobs) {
  const auto count = std::ranges::count_if(context_.plan.steps, [](const Step& step) { return !step.is_mark(); });
  const auto workers = static_cast<unsigned>(std::min<std::ptrdiff_t>(jobs, count));
  // Who has said how long to wait for each lock gets just that.
  const bool waits_as_told = context_.options.lock_wait_timeout.count() > 0;
  Scheduler scheduler(context_.plan.steps, workers);
  Crew crew([&] {
    scheduler.stop();
    context_.target.cancel();
  });
  for (unsigned i = 0; i < workers; ++i) {
    crew.start([&, i] {
      pg::Connection& connection = context_.target.worker(i);
      RowLoader::Buffers buffers = loader_.buffers();
      for (auto work = scheduler.next(); !work.steps.empty(); work = scheduler.next()) {
        const bool done = run(connection, buffers, work.steps, waits_as_told ? 0ms : work.patience);
        done ? scheduler.done(work.steps) : scheduler.put_off(work.steps);
      }
    });
  }
  crew.join();
}

bool Execution::run(pg::Connection& connection, RowLoader::Buffers& buffers, const std::vector<std::size_t>& steps,
                    std::chrono::milliseconds patience) {
  Entries entries;
  for (const std::size_t index : steps) {
    const Step& step = context_.plan.steps[index];
    entries.insert(entries.end(), step.entries.begin(), step.entries.end());
    if (step.entries.empty()) run_row_step(connection, buffers, step);
  }
  if (entries.empty()) return true;
  if (patience.count() > 0) return maker_.try_to_make(connection, entries, patience, objects_);
  maker_.make(connection, entries, objects_);
  return true;
}

void Execution::run_row_step(pg::Connection& connection, RowLoader::Buffers& buffers, const Step& step) {
  if (step.part != nullptr) {
    const bool there = context_.journal != nullptr && context_.journal->has(Journal::item(*step.part));
    if (!there) rows_ += loader_.load(connection, buffers, step);
    part_done(*step.table);
  } else {
    loader_.fill(connection, buffers, step.large_objects);
  }
  row_step_done();
}

void Execution::rows_begin() {
  const Selected& selected = context_.selected;
  Expected expected{selected.tables.size(), 0};
  for (const archive::Table* table : selected.tables) {
    for (const archive::Part& part : table->parts) expected.bytes += part.encoded_bytes;
    if (table->parts.empty()) ++tables_;
  }
  for (const archive::LargeObject* object : selected.large_objects) expected.bytes += object->bytes;
  if (row_steps_left_ > 0) {
    context_.progress.phase("rows", expected);
  } else if (!selected.post_data.empty()) {
    context_.progress.phase("post-data", {});
  }
}

void Execution::set_sequences_of_edited_rows(pg::Connection& connection) {
  if (!context_.options.accept_edited) return;
  for (const Step& step : context_.plan.steps) {
    for (const archive::TocEntry* entry : step.entries)
      if (entry->kind == "SEQUENCE SET") connection.exec(entry->create);
  }
  // Where a restore goes on, rows are there already.
  advance_sequences_of_edited_rows(connection);
}

void Execution::advance_sequences_of_edited_rows(pg::Connection& connection) {
  if (!context_.options.accept_edited) return;
  std::vector<RowsBehind> rows;
  for (const archive::Table* table : context_.selected.tables) {
    if (table->kind == "foreign table") continue;
    const std::string name = quote_always(QualifiedName{table->schema, table->name});
    std::vector<std::string> columns;
    for (const rows::Column& column : archive::columns_in_rows(*table)) columns.push_back(column.name);
    const std::string oid = fmt::format("SELECT {}::pg_catalog.regclass::pg_catalog.oid", quote_literal(name));
    rows.push_back({connection.query(oid)[0][0].as_oid(), name, std::move(columns), {}, false});
  }
  for (const std::string& text : advance_sequences(connection, find_sequence_moves(connection, rows)))
    context_.warn(text);
}

void Execution::part_done(const archive::Table& table) {
  if (--parts_left_.at(&table) > 0) return;
  ++tables_;
  context_.progress.table_finished(display_name({table.schema, table.name}), table.rows);
}

void Execution::row_step_done() {
  if (--row_steps_left_ == 0 && !context_.selected.post_data.empty()) context_.progress.phase("post-data", {});
}

std::vector<std::string> Execution::done() const {
  std::vector<std::string> done;
  if (!stays_) return done;
  if (dropper_.dropped() > 0)
    done.push_back(fmt::format("{} of {} objects dropped", dropper_.dropped(), context_.selected.drops.size()));
  if (const std::size_t before = there_before_ + made_before_; before > 0)
    done.push_back(fmt::format("{} of {} objects before the rows", before, context_.plan.before.size()));
  if (rows_ > 0) done.push_back(counted(rows_, "row"));
  if (objects_ > 0) done.push_back(counted(objects(), "object") + " in all");
  return done;
}

}  // namespace pgcoffer::restoring
