#include "dump/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>

#include "base/crew.hpp"
#include "base/queue.hpp"
#include "dump/row_tasks.hpp"
#include "dump/table_error.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {
namespace {

/// Rows of one table in a block.
struct Segment {
  std::size_t table = 0;       ///< index into Plan::tables
  std::uint32_t range = 0;     ///< range of the table, and
  std::uint32_t sequence = 0;  ///< position in it: together the order of rows
  std::uint64_t rows = 0;
  std::size_t offset = 0, size = 0;  ///< where in the block's text; the size is known when another one follows
};

/// Whole rows on their way from a connection to the archive: a part, or with several segments a pack.
struct Block {
  std::vector<Segment> segments;
  bool has_buffer = false;  ///< the text's memory is one of the pool's
  std::string text;
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

  void add(const Segment& segment, archive::Part part) {
    const std::scoped_lock lock(mutex);
    stored.push_back({segment.range, segment.sequence, std::move(part)});
  }
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
        tasks_(row_tasks(plan, options.jobs, options.part_size)),
        packing_(options.packs && tasks_.many_small),
        blocks_(buffer_count()),
        buffers_(buffer_count()) {
    prepare_tables();
  }

  DumpedRows run() {
    for (std::size_t i = 0; i < buffer_count(); ++i) buffers_.push(std::string());
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
      state.open_ranges = static_cast<std::uint32_t>(table.copy_statements.size());
    }
  }

  /// One for each thread, and two on their way: readers need not wait for those who compress.
  [[nodiscard]] std::size_t buffer_count() const { return 2 * std::size_t{options_.jobs} + 2; }

  void abandon() noexcept {
    source_.cancel();
    blocks_.abandon();
    buffers_.abandon();
  }

  void read() {
    if (!tasks_.tasks.empty()) {
      // One job needs no second connection, and no second lock that somebody's waiting exclusive lock could bar.
      pg::Connection& connection = options_.jobs == 1 ? source_.leader() : source_.connect(options_.client_encoding);
      for (std::size_t next = next_task_++; next < tasks_.tasks.size(); next = next_task_++)
        read_task(connection, tasks_.tasks[next]);
    }
    if (--readers_ == 0) blocks_.close();
  }

  /// The COPY statements of a task, each behind a lock of its table. The leader's lock keeps the table as it is; this
  /// one, which must not wait, tells at once when somebody queues for an exclusive lock, instead of a deadlock between
  /// him, the leader and us.
  [[nodiscard]] std::string statements(const RowTask& task) const {
    std::string sql;
    for (const Reading& reading : task.readings) {
      const plan::TablePlan& table = plan_.tables[reading.table];
      if (options_.jobs > 1) {
        sql += fmt::format("LOCK TABLE ONLY {} IN ACCESS SHARE MODE NOWAIT; ",
                           quote_always(catalog_.tables[table.table].name));
      }
      sql += table.copy_statements[reading.range] + ";\n";
    }
    return sql;
  }

  void read_task(pg::Connection& connection, const RowTask& task) {
    Block block;
    std::size_t at = 0;  // the reading that is to come or under way: what fails is said of its table
    std::size_t overhead = 0, row_overhead = 0;
    const auto begin = [&](std::size_t /*number*/) {
      const Reading& reading = task.readings[at];
      const TableState& state = states_[reading.table];
      if (reading.range == 0) progress_.table_started(state.display);
      overhead = state.encoder->bytes_per_row();
      row_overhead = 0;
      if (!block.segments.empty() && !packable(reading.table)) hand_over(block);
      begin_segment(block, {reading.table, reading.range});
    };
    const auto line = [&](std::string_view text) {
      const bool any = block.segments.back().rows > 0 || block.segments.size() > 1;
      if (any && block.text.size() + text.size() + row_overhead > options_.part_size) {
        continue_in_new_block(block);
        row_overhead = 0;
      }
      block.text.append(text);
      ++block.segments.back().rows;
      row_overhead += overhead;
    };
    const auto end = [&](std::size_t /*number*/) {
      const std::size_t table = task.readings[at].table;
      drop_empty_segment(block);
      if (!block.segments.empty() && !packable(table)) hand_over(block);
      TableState& state = states_[table];
      if (--state.open_ranges == 0) progress_.table_finished(state.display, state.rows + rows_in(block, table));
      ++at;
    };
    try {
      connection.copy_out_each(statements(task), begin, line, end);
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted || at == task.readings.size()) throw;
      throw table_error(error, states_[task.readings[at].table].display);
    }
    if (!block.segments.empty()) hand_over(block);
    if (block.has_buffer) buffers_.push(std::move(block.text));
  }

  /// Pseudonyms are made of a whole block, apart from the reading.
  [[nodiscard]] bool packable(std::size_t table) const { return packing_ && states_[table].pseudonyms == nullptr; }

  void begin_segment(Block& block, Segment segment) {
    if (!block.has_buffer) {
      std::optional<std::string> buffer = buffers_.pop();
      if (!buffer) throw Error(Kind::interrupted, "interrupted");
      block.text = std::move(*buffer);
      block.has_buffer = true;
      block.text.clear();
      block.text.reserve(options_.part_size + (options_.part_size >> 4U));
    }
    if (!block.segments.empty()) end_segment(block);
    segment.offset = block.text.size();
    block.text.append(states_[segment.table].encoder->prefix());
    block.segments.push_back(segment);
  }

  void continue_in_new_block(Block& block) {
    Segment next = block.segments.back();
    drop_empty_segment(block);
    hand_over(block);
    if (next.rows > 0) ++next.sequence;
    next.rows = 0;
    begin_segment(block, next);
  }

  /// In a pack, each segment is finished where it stands.
  void end_segment(Block& block) {
    Segment& last = block.segments.back();
    if (last.size != 0) return;
    std::string unused;
    states_[last.table].encoder->finish(block.text, unused);
    last.size = block.text.size() - last.offset;
  }

  static void drop_empty_segment(Block& block) {
    if (block.segments.empty() || block.segments.back().rows > 0) return;
    block.text.resize(block.segments.back().offset);
    block.segments.pop_back();
  }

  static std::uint64_t rows_in(const Block& block, std::size_t table) {
    return !block.segments.empty() && block.segments.back().table == table ? block.segments.back().rows : 0;
  }

  void hand_over(Block& block) {
    if (block.segments.size() > 1) end_segment(block);
    std::uint64_t rows = 0;
    for (const Segment& segment : block.segments) {
      states_[segment.table].rows += segment.rows;
      rows += segment.rows;
    }
    progress_.advanced(rows, block.text.size());
    if (!blocks_.push(std::exchange(block, {}))) throw Error(Kind::interrupted, "interrupted");
  }

  void store() {
    const std::unique_ptr<archive::PartPipeline> pipeline = writer_.pipeline();
    std::string scratch;
    while (std::optional<Block> block = blocks_.pop()) {
      if (block->segments.size() == 1) {
        store_part(*pipeline, *block, scratch);
      } else {
        store_pack(*pipeline, *block);
      }
      // A single huge row must not keep its memory for the rest of the dump.
      if (block->text.capacity() > 4 * options_.part_size) std::string().swap(block->text);
      if (scratch.capacity() > 4 * options_.part_size) std::string().swap(scratch);
      buffers_.push(std::move(block->text));
    }
  }

  void store_part(archive::PartPipeline& pipeline, Block& block, std::string& scratch) {
    const Segment& segment = block.segments.front();
    TableState& state = states_[segment.table];
    // A segment that others followed, which turned out to be empty, is finished.
    if (segment.size == 0) {
      with_table(state.display, [&] {
        if (state.pseudonyms) state.pseudonyms->rewrite(block.text, state.encoder->prefix().size(), scratch);
        state.encoder->finish(block.text, scratch);
      });
    }
    archive::Part part;
    part.number = ++state.last_number;
    part.rows = segment.rows;
    writer_.put_part(pipeline, fmt::format("{}/{:04}.{}", state.folder, part.number, rows::extension(options_.format)),
                     block.text, part);
    state.add(segment, std::move(part));
  }

  void store_pack(archive::PartPipeline& pipeline, const Block& block) {
    archive::Part pack;
    pack.number = ++last_pack_;
    writer_.put_part(pipeline, fmt::format("data/packs/{:04}.{}", pack.number, rows::extension(options_.format)),
                     block.text, pack);
    for (const Segment& segment : block.segments) {
      archive::Part part;
      part.number = ++states_[segment.table].last_number;
      part.rows = segment.rows;
      part.encoded_bytes = segment.size;
      archive::place_in_pack(part, pack, segment.offset);
      states_[segment.table].add(segment, std::move(part));
    }
    const std::scoped_lock lock(packs_mutex_);
    packs_.push_back(std::move(pack));
  }

  DumpedRows results() {
    DumpedRows results{std::vector<TableRows>(states_.size()), std::move(packs_)};
    std::ranges::sort(results.packs, {}, &archive::Part::number);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      auto& stored = states_[i].stored;
      std::ranges::sort(stored, [](const auto& a, const auto& b) {
        return std::tie(a.range, a.sequence) < std::tie(b.range, b.sequence);
      });
      for (auto& item : stored) {
        results.tables[i].rows += item.part.rows;
        results.tables[i].parts.push_back(std::move(item.part));
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
  const RowTasks tasks_;
  const bool packing_;
  std::atomic<std::size_t> next_task_ = 0;
  std::atomic<unsigned> readers_ = 0;
  BoundedQueue<Block> blocks_;
  BoundedQueue<std::string> buffers_;
  std::atomic<std::uint32_t> last_pack_ = 0;
  std::mutex packs_mutex_;
  std::vector<archive::Part> packs_;
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

DumpedRows dump_rows(SourceDatabase& source, archive::Writer& writer, const plan::Plan& plan,
                     const catalog::Catalog& catalog, const RowsOptions& options, Progress& progress) {
  return RowsDump(source, writer, plan, catalog, options, progress).run();
}

}  // namespace pgcoffer::dumping
