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
#include "dump/block_buffers.hpp"
#include "dump/block_filler.hpp"
#include "dump/row_tasks.hpp"
#include "dump/seen_rows.hpp"
#include "dump/table_error.hpp"
#include "pgcoffer/error.hpp"
#include "rows/binary_part.hpp"
#include "rows/binary_row_text.hpp"

namespace pgcoffer::dumping {
namespace {

struct TableState {
  std::string folder, display;
  rows::Format format = rows::Format::sql;
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
  rows::RowDigest digest;

  void add(const Segment& segment, const rows::RowDigest& rows_digest, archive::Part part) {
    const std::scoped_lock lock(mutex);
    digest.add(rows_digest);
    stored.push_back({segment.range, segment.sequence, std::move(part)});
  }
};

/// The server itself refuses to write a line that it could not read.
void append_text(rows::BinaryRowText& made, std::string_view row, std::string& out) {
  constexpr std::size_t most = 0x3fffff00;
  const std::size_t before = out.size();
  made.append(row, out);
  if (out.size() - before <= most) return;
  throw Error(Kind::failed, "a row has more than 1 GiB of text, which no server can read")
      .hint("Rows in binary may be that long: --rows binary.");
}

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
        buffers_(buffer_count(), options.jobs + std::size_t{1}, options.part_size) {
    prepare_tables();
  }

  DumpedRows run() {
    Crew crew([this] { abandon(); });
    // No more connections than there is work.
    const auto most = static_cast<unsigned>(std::max<std::size_t>(tasks_.tasks.size(), 1));
    const unsigned jobs = std::min(options_.jobs, most);
    readers_ = jobs;
    for (unsigned i = 0; i < jobs; ++i) {
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
      state.format = table.binary ? rows::Format::binary : options_.format;
      with_table(state.display,
                 [&] { state.encoder = rows::make_encoder(state.format, table.copy_target, table.columns); });
      state.pseudonyms = pseudonymizer(table, options_.pseudonym_key);
      state.open_ranges = static_cast<std::uint32_t>(table.statements());
    }
  }

  /// One for each thread, and two on their way: readers need not wait for those who compress. JSON and CSV are made in
  /// others, one for each that compresses, which then stand for one of the two.
  [[nodiscard]] std::size_t buffer_count() const {
    const bool in_others = options_.format == rows::Format::json || options_.format == rows::Format::csv;
    return 2 * std::size_t{options_.jobs} + (in_others ? 1 : 2);
  }

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
      if (options_.jobs > 1 && catalog_.tables[table.table].relkind == 'r') {
        sql += fmt::format("LOCK TABLE ONLY {} IN ACCESS SHARE MODE NOWAIT; ",
                           quote_always(catalog_.tables[table.table].name));
      }
      sql += table.statement(reading.range) + ";\n";
    }
    return sql;
  }

  void read_task(pg::Connection& connection, const RowTask& task) {
    BlockFiller filler(options_.part_size,
                       {.take = [this](bool large) { return buffers_.take(large); },
                        .give = [this](std::string&& unused) { buffers_.give_back(std::move(unused), false); }},
                       [this](Block&& block) { hand_over(std::move(block)); });
    std::size_t at = 0;  // the reading that is to come or under way: what fails is said of its table
    std::uint64_t rows = 0;
    std::optional<rows::BinaryRowText> made;  // of rows that come in binary and are to be text
    const auto begin = [&](std::size_t /*number*/) {
      const Reading& reading = task.readings[at];
      const TableState& state = states_[reading.table];
      if (reading.range == 0) progress_.table_started(state.display);
      rows = 0;
      made.reset();
      if (const auto& wire = plan_.tables[reading.table].wire; !wire.empty()) made.emplace(wire);
      filler.begin({.table = reading.table, .range = reading.range, .encoder = state.encoder.get()},
                   packable(reading.table));
    };
    const auto line = [&](std::string_view text) {
      if (plan_.tables[task.readings[at].table].binary_statements()) text = rows::binary_row(text);
      if (text.empty()) return;
      if (made)
        filler.add(made->expected_size(text), [&](std::string& out) { append_text(*made, text, out); });
      else
        filler.add(text);
      ++rows;
    };
    const auto end = [&](std::size_t /*number*/) {
      filler.end();
      TableState& state = states_[task.readings[at].table];
      state.rows += rows;
      if (--state.open_ranges == 0) progress_.table_finished(state.display, state.rows);
      ++at;
    };
    try {
      connection.copy_out_each(statements(task), begin, line, end);
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted || at == task.readings.size()) throw;
      const std::size_t table = task.readings[at].table;
      throw table_error(error, states_[table].display, plan_.tables[table].rules);
    }
    filler.finish();
  }

  /// Pseudonyms are made of a whole block, apart from the reading. Binary rows are loaded by hand from a file each.
  [[nodiscard]] bool packable(std::size_t table) const {
    return packing_ && states_[table].pseudonyms == nullptr && states_[table].format != rows::Format::binary;
  }

  void hand_over(Block&& block) {
    std::uint64_t rows = 0;
    for (const Segment& segment : block.segments) rows += segment.rows;
    progress_.advanced(rows, block.text.size());
    if (!blocks_.push(std::move(block))) throw Error(Kind::interrupted, "interrupted");
  }

  void store() {
    const std::unique_ptr<archive::PartPipeline> pipeline = writer_.pipeline();
    std::string scratch;
    while (std::optional<Block> block = blocks_.pop()) {
      bool free = true;
      if (block->segments.size() == 1)
        free = store_part(*pipeline, *block, scratch);
      else
        store_pack(*pipeline, *block);
      if (free) buffers_.give_back(std::move(block->text), block->large);
      buffers_.shrink(scratch);
    }
  }

  /// Whether the block's buffer is free afterwards; otherwise it is `scratch` now.
  [[nodiscard]] bool store_part(archive::PartPipeline& pipeline, Block& block, std::string& scratch) {
    const Segment& segment = block.segments.front();
    TableState& state = states_[segment.table];
    SeenRows seen;
    with_table(state.display, [&] {
      if (state.pseudonyms) state.pseudonyms->rewrite(block.text, state.encoder->prefix().size(), scratch);
      const bool binary = state.format == rows::Format::binary;
      if (!binary) seen = see_text(segment, block.lines(segment), options_.audit);
      // A segment that others followed, which turned out to be empty, is finished.
      if (segment.size == 0) state.encoder->finish(block.text, scratch);
      if (binary) seen = see_binary(segment, block.text, plan_.tables[segment.table].columns, options_.audit, scratch);
    });
    // Where the part was made in another buffer, a reader gets the one of its rows while it is compressed.
    const bool given = scratch.capacity() >= options_.part_size;
    if (given) buffers_.give_back(std::exchange(scratch, {}), block.large);
    archive::Part part;
    part.number = ++state.last_number;
    part.rows = segment.rows;
    writer_.put_part(pipeline, fmt::format("{}/{:04}.{}", state.folder, part.number, rows::extension(state.format)),
                     block.text, part);
    if (seen.audited) options_.audit->add(std::move(*seen.audited), part.file);
    state.add(segment, seen.digest, std::move(part));
    if (given) scratch = std::move(block.text);
    return !given;
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
      SeenRows seen = see_text(segment, block.lines(segment), options_.audit);
      if (seen.audited) options_.audit->add(std::move(*seen.audited), part.file);
      states_[segment.table].add(segment, seen.digest, std::move(part));
    }
    const std::scoped_lock lock(packs_mutex_);
    packs_.push_back(std::move(pack));
  }

  DumpedRows results() {
    DumpedRows results{std::vector<TableRows>(states_.size()), std::move(packs_)};
    std::ranges::sort(results.packs, {}, &archive::Part::number);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      auto& stored = states_[i].stored;
      results.tables[i].digest = states_[i].digest;
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
  BlockBuffers buffers_;
  std::atomic<std::uint32_t> last_pack_ = 0;
  std::mutex packs_mutex_;
  std::vector<archive::Part> packs_;
};

}  // namespace

DumpedRows dump_rows(SourceDatabase& source, archive::Writer& writer, const plan::Plan& plan,
                     const catalog::Catalog& catalog, const RowsOptions& options, Progress& progress) {
  return RowsDump(source, writer, plan, catalog, options, progress).run();
}

}  // namespace pgcoffer::dumping
