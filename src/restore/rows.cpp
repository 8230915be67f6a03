#include "restore/rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "archive/copy_target.hpp"
#include "base/crew.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "rows/format.hpp"

namespace pgcoffer::restoring {

struct RowLoader::Task {
  const archive::Table* table = nullptr;
  const archive::Part* part = nullptr;
};

void RowLoader::load_part(pg::Connection& connection, archive::Reader::Pipeline& pipeline, const archive::Table& table,
                          const archive::Part& part, std::string& scratch) {
  const std::string name = display_name({table.schema, table.name});
  try {
    const auto decoder = rows::make_decoder(reader_.manifest().rows, archive::columns_in_rows(table));
    std::uint64_t decoded = 0;
    const std::string_view text = reader_.read_part(pipeline, part);
    std::vector<rows::SparseRows> sparse;
    const std::string_view lines = decoder->copy_lines(text, scratch, decoded, sparse);
    std::uint64_t all = decoded;
    for (const rows::SparseRows& some : sparse) all += some.rows;
    if (all != part.rows && !reader_.accepts_edited()) {
      throw Error(Kind::damaged, fmt::format("archive is damaged: \"{}\": {} rows where the manifest says {}",
                                             part.file, all, part.rows));
    }
    // One COPY has one set of columns; a part is loaded whole or not at all.
    const bool several = !sparse.empty() && !connection.in_transaction();
    if (several) connection.exec("BEGIN");
    std::uint64_t loaded = connection.copy_in(fmt::format("COPY {} FROM STDIN", archive::copy_target(table)), lines);
    for (const rows::SparseRows& some : sparse) {
      loaded +=
          connection.copy_in(fmt::format("COPY {} FROM STDIN", archive::copy_target(table, some.columns)), some.lines);
    }
    if (several) connection.exec("COMMIT");
    if (loaded != all) {
      throw Error(Kind::failed, fmt::format("the server took {} of {} rows", loaded, all))
          .hint("Does a trigger or rule on the table drop rows?");
    }
    rows_ += loaded;
    progress_.advanced(loaded, part.encoded_bytes);
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    if (error.kind() == Kind::damaged) {
      // A decoder knows lines, not files.
      if (error.message().find(part.file) != std::string::npos) throw;
      throw Error(Kind::damaged, fmt::format("archive is damaged: \"{}\": {}", part.file, error.message()))
          .hint(error.hint())
          .object(part.file);
    }
    throw Error(error.kind(),
                fmt::format("cannot load table \"{}\", part \"{}\": {}", name, part.file, error.message()))
        .hint(error.hint())
        .sqlstate(error.sqlstate())
        .object(name);
  }
}

void RowLoader::load(pg::Connection& connection, const std::vector<const archive::Table*>& tables) {
  const auto pipeline = reader_.pipeline();
  std::string scratch;
  for (const archive::Table* table : tables) {
    const std::string name = display_name({table->schema, table->name});
    progress_.table_started(name);
    for (const archive::Part& part : table->parts) load_part(connection, *pipeline, *table, part, scratch);
    ++tables_;
    progress_.table_finished(name, table->rows);
  }
}

void RowLoader::run_tasks(const std::vector<Task>& tasks, unsigned jobs) {
  std::atomic<std::size_t> next = 0;
  Crew crew([this] { target_.cancel(); });
  for (unsigned i = 0; i < std::min<std::size_t>(jobs, tasks.size()); ++i) {
    crew.start([&, i] {
      pg::Connection& connection = target_.worker(i, reader_.manifest().encoding);
      const auto pipeline = reader_.pipeline();
      std::string scratch;
      for (std::size_t at = next++; at < tasks.size(); at = next++) {
        load_part(connection, *pipeline, *tasks[at].table, *tasks[at].part, scratch);
      }
    });
  }
  crew.join();
}

void RowLoader::load_parallel(const std::vector<const archive::Table*>& tables, unsigned jobs, bool in_order) {
  std::vector<Task> tasks;
  for (const archive::Table* table : tables) {
    if (in_order) tasks.clear();
    for (const archive::Part& part : table->parts) tasks.push_back({table, &part});
    if (in_order) run_tasks(tasks, jobs);
    if (in_order) ++tables_;
  }
  if (in_order) return;
  run_tasks(tasks, jobs);
  tables_ += tables.size();
}

void load_large_objects(const archive::Reader& reader, pg::Connection& connection,
                        const std::vector<const archive::LargeObject*>& objects, Progress& progress) {
  constexpr std::size_t piece = std::size_t{1} << 20U;
  const auto pipeline = reader.pipeline();
  for (const archive::LargeObject* object : objects) {
    std::uint64_t offset = 0;
    for (const archive::Part& part : object->parts) {
      std::string_view bytes = reader.read_part(*pipeline, part);
      progress.advanced(0, bytes.size());
      while (!bytes.empty()) {
        const std::string_view some = bytes.substr(0, piece);
        connection.exec(fmt::format("SELECT pg_catalog.lo_put({}, {}, '\\x{}')", object->oid, offset, to_hex(some)));
        offset += some.size();
        bytes.remove_prefix(some.size());
      }
    }
  }
}

}  // namespace pgcoffer::restoring
