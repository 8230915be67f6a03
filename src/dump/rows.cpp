#include "dump/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>

#include "base/crew.hpp"
#include "base/queue.hpp"
#include "dump/table_error.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {
namespace {

/// Whole rows on their way from a connection to the archive.
struct Block {
  std::size_t table = 0;       ///< index into Plan::tables
  std::uint32_t range = 0;     ///< range of the table, and
  std::uint32_t sequence = 0;  ///< position in it: together the order of rows
  std::uint64_t rows = 0;
  std::string text;
};

struct Task {
  std::size_t table = 0;
  std::uint32_t range = 0;
  std::uint64_t bytes = 0;
};

struct TableState {
  std::string folder, display;
  std::unique_ptr<rows::PartEncoder> encoder;
  std::unique_ptr<const rows::Pseudonymizer> pseudonyms;
  std::atomic<std::uint32_t> last_number = 0;
  std::atomic<std::uint32_t> open_ranges = 0;
  std::atomic<std::uint64_t> rows = 0;
  std::mutex mutex;
  struct Stored {
    std::uint32_t range, sequence;
    archive::Part part;
  };
  std::vector<Stored> stored;
};

class RowsDump {
 public:
  RowsDump(SourceDatabase& source, archive::Writer& writer, const plan::Plan& plan, const catalog::Catalog& catalog,
           const RowsOptions& options, Progress& progress)
      : source_(source),
        writer_(writer),
        plan_(plan),
        catalog_(catalog),
        options_(options),
        progress_(progress),
        states_(plan.tables.size()),
        blocks_(2 * std::size_t{options.jobs} + 1),
        buffers_(2 * std::size_t{options.jobs} + 1) {
    prepare_tables();
    prepare_tasks();
  }

  std::vector<TableRows> run() {
    for (std::size_t i = 0; i < 2 * std::size_t{options_.jobs} + 1; ++i) buffers_.push(std::string());
    Crew crew([this] { abandon(); });
    readers_ = options_.jobs;
    for (unsigned i = 0; i < options_.jobs; ++i) {
      crew.start([this] { read(); });
      crew.start([this] { store(); });
    }
    crew.join();
    return results();
  }

 private:
  void prepare_tables() {
    archive::FolderNames folders;
    for (std::size_t i = 0; i < plan_.tables.size(); ++i) {
      const plan::TablePlan& table = plan_.tables[i];
      const QualifiedName& name = catalog_.tables[table.table].name;
      TableState& state = states_[i];
      state.folder = folders.folder(name.schema, name.name);
      state.display = display_name(name);
      with_table(state.display,
                 [&] { state.encoder = rows::make_encoder(options_.format, table.copy_target, table.columns); });
      state.pseudonyms = pseudonymizer(table, options_.pseudonym_key);
      state.open_ranges = static_cast<std::uint32_t>(table.statements());
    }
  }

  /// Largest first, so that no long table is begun when all others are done.
  void prepare_tasks() {
    for (std::size_t i = 0; i < plan_.tables.size(); ++i) {
      const plan::TablePlan& table = plan_.tables[i];
      for (std::uint32_t range = 0; range < table.statements(); ++range) {
        tasks_.push_back({i, range, table.estimated_bytes / table.statements()});
      }
    }
    std::ranges::stable_sort(tasks_, std::greater<>(), &Task::bytes);
  }

  void abandon() noexcept {
    source_.cancel();
    blocks_.abandon();
    buffers_.abandon();
  }

  void read() {
    if (!tasks_.empty()) {
      // One job needs no second connection, and no second lock that somebody's waiting exclusive lock could bar.
      pg::Connection& connection = options_.jobs == 1 ? source_.leader() : source_.connect(options_.client_encoding);
      for (std::size_t next = next_task_++; next < tasks_.size(); next = next_task_++)
        read_task(connection, tasks_[next]);
    }
    if (--readers_ == 0) blocks_.close();
  }

  void read_task(pg::Connection& connection, const Task& task) {
    const plan::TablePlan& table = plan_.tables[task.table];
    TableState& state = states_[task.table];
    if (task.range == 0) progress_.table_started(state.display);
    const std::size_t overhead = state.encoder->bytes_per_row();
    Block block = new_block(task, 0);
    std::size_t row_overhead = 0;
    with_table(state.display, [&] {
      // The leader's lock keeps the table as it is; this one, which must not wait, tells at once when somebody queues
      // for an exclusive lock, instead of a deadlock between him, the leader and us.
      if (options_.jobs > 1) {
        connection.exec(fmt::format("LOCK TABLE ONLY {} IN ACCESS SHARE MODE NOWAIT",
                                    quote_always(catalog_.tables[table.table].name)));
      }
      connection.copy_out(table.statement(task.range), [&](std::string_view line) {
        block.text.append(line);
        ++block.rows;
        row_overhead += overhead;
        if (block.text.size() + row_overhead < options_.part_size) return;
        const std::uint32_t sequence = block.sequence + 1;
        hand_over(std::move(block));
        block = new_block(task, sequence);
        row_overhead = 0;
      });
    });
    if (block.rows > 0) {
      hand_over(std::move(block));
    } else {
      buffers_.push(std::move(block.text));
    }
    if (--state.open_ranges == 0) progress_.table_finished(state.display, state.rows);
  }

  Block new_block(const Task& task, std::uint32_t sequence) {
    std::optional<std::string> buffer = buffers_.pop();
    if (!buffer) throw Error(Kind::interrupted, "interrupted");
    Block block{task.table, task.range, sequence, 0, std::move(*buffer)};
    block.text.reserve(options_.part_size + (options_.part_size >> 4U));
    block.text.assign(states_[task.table].encoder->prefix());
    return block;
  }

  void hand_over(Block&& block) {
    progress_.advanced(block.rows, block.text.size());
    states_[block.table].rows += block.rows;
    if (!blocks_.push(std::move(block))) throw Error(Kind::interrupted, "interrupted");
  }

  void store() {
    const std::unique_ptr<archive::PartPipeline> pipeline = writer_.pipeline();
    std::string scratch;
    while (std::optional<Block> block = blocks_.pop()) {
      store_block(*pipeline, *block, scratch);
      // A single huge row must not keep its memory for the rest of the dump.
      if (block->text.capacity() > 4 * options_.part_size) std::string().swap(block->text);
      buffers_.push(std::move(block->text));
    }
  }

  void store_block(archive::PartPipeline& pipeline, Block& block, std::string& scratch) {
    TableState& state = states_[block.table];
    with_table(state.display, [&] {
      if (state.pseudonyms) state.pseudonyms->rewrite(block.text, state.encoder->prefix().size(), scratch);
      state.encoder->finish(block.text, scratch);
    });
    archive::Part part;
    part.number = ++state.last_number;
    part.rows = block.rows;
    writer_.put_part(pipeline, fmt::format("{}/{:04}.{}", state.folder, part.number, rows::extension(options_.format)),
                     block.text, part);
    const std::scoped_lock lock(state.mutex);
    state.stored.push_back({block.range, block.sequence, std::move(part)});
  }

  std::vector<TableRows> results() {
    std::vector<TableRows> results(states_.size());
    for (std::size_t i = 0; i < states_.size(); ++i) {
      auto& stored = states_[i].stored;
      std::ranges::sort(stored, [](const auto& a, const auto& b) {
        return std::tie(a.range, a.sequence) < std::tie(b.range, b.sequence);
      });
      for (auto& item : stored) {
        results[i].rows += item.part.rows;
        results[i].parts.push_back(std::move(item.part));
      }
    }
    return results;
  }

  SourceDatabase& source_;
  archive::Writer& writer_;
  const plan::Plan& plan_;
  const catalog::Catalog& catalog_;
  const RowsOptions& options_;
  Progress& progress_;
  std::vector<TableState> states_;
  std::vector<Task> tasks_;
  std::atomic<std::size_t> next_task_ = 0;
  std::atomic<unsigned> readers_ = 0;
  BoundedQueue<Block> blocks_;
  BoundedQueue<std::string> buffers_;
};

}  // namespace

std::unique_ptr<const rows::Pseudonymizer> pseudonymizer(const plan::TablePlan& table, const Secret* key) {
  const bool any = std::ranges::any_of(table.pseudonyms, [](const auto& one) { return one.has_value(); });
  if (!any) return nullptr;
  // Nothing may go on with the values themselves.
  if (key == nullptr) throw Error(Kind::usage, "the policy makes pseudonyms, and there is no key for them");
  std::vector<std::string> names;
  for (const rows::Column& column : table.columns) names.push_back(column.name);
  return std::make_unique<const rows::Pseudonymizer>(table.pseudonyms, names, *key);
}

std::vector<TableRows> dump_rows(SourceDatabase& source, archive::Writer& writer, const plan::Plan& plan,
                                 const catalog::Catalog& catalog, const RowsOptions& options, Progress& progress) {
  return RowsDump(source, writer, plan, catalog, options, progress).run();
}

}  // namespace pgcoffer::dumping
