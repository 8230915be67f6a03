#include "audit/scan.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <pgcoffer/error.hpp>

#include "base/crew.hpp"
#include "content/detect.hpp"
#include "rows/format.hpp"

namespace pgcoffer::audit {
namespace {

/// What all parts of a table have in common.
struct Shape {
  std::vector<rows::Column> columns;
  std::vector<bool> bytes;  ///< of type bytea
  std::unique_ptr<rows::PartDecoder> decoder;
};

struct Task {
  const archive::Part* part;
  std::size_t table = 0;                         ///< position in manifest.tables
  const archive::LargeObject* object = nullptr;  ///< the part is a piece of it
};

class Scanner {
 public:
  Scanner(const archive::Reader& reader, References& references, const std::stop_token& stop)
      : reader_(reader), references_(references), stop_(stop) {
    const archive::Manifest& manifest = reader.manifest();
    content_.tables.resize(manifest.tables.size());
    shapes_.resize(manifest.tables.size());
    for (std::size_t i = 0; i < manifest.tables.size(); ++i) add_table(i);
    for (const archive::LargeObject& object : manifest.large_objects)
      for (const archive::Part& part : object.parts) tasks_.push_back({&part, 0, &object});
  }

  Content run(unsigned jobs) {
    read_schema();
    Crew crew([this] { next_ = tasks_.size(); });
    for (unsigned i = 0; i < jobs && i < tasks_.size(); ++i) crew.start([this] { work(); });
    crew.join();
    if (stop_.stop_requested()) throw Error(Kind::interrupted, "the audit was interrupted");
    return std::move(content_);
  }

 private:
  void add_table(std::size_t i) {
    const archive::Table& table = reader_.manifest().tables[i];
    Shape& shape = shapes_[i];
    shape.columns = archive::columns_in_rows(table);
    content_.tables[i].columns.resize(shape.columns.size());
    if (table.parts.empty()) return;
    for (const archive::Column& column : table.columns)
      if (column.in_rows) shape.bytes.push_back(column.type == "bytea");
    shape.decoder = rows::make_decoder(reader_.manifest().rows, shape.columns);
    for (const archive::Part& part : table.parts) tasks_.push_back({&part, i});
  }

  void read_schema() {
    for (const archive::TocEntry& entry : reader_.toc().entries) {
      const content::Kinds found = content::tokens_in(entry.create);
      add_tokens(entry.kind + " " + entry.name, "toc.json", found);
    }
    for (const archive::Variable& variable : reader_.manifest().environment)
      add_tokens("environment variable " + variable.name, "environment-config.json",
                 content::tokens_in(variable.value));
  }

  void add_tokens(const std::string& object, const std::string& part, const content::Kinds& found) {
    for (const content::Kind kind : content::all_kinds())
      if (found.has(kind)) content_.tokens.push_back({object, part, kind});
  }

  void work() {
    const auto pipeline = reader_.pipeline();
    std::string scratch;
    for (std::size_t at = next_++; at < tasks_.size() && !stop_.stop_requested(); at = next_++) {
      const Task& task = tasks_[at];
      const std::string_view text = reader_.read_part(*pipeline, *task.part);
      if (task.object != nullptr) {
        const content::Kinds found = content::tokens_in(text);
        const std::scoped_lock lock(mutex_);
        add_tokens("large object " + std::to_string(task.object->oid), task.part->file, found);
      } else {
        read_rows(task, text, scratch);
      }
    }
  }

  void read_rows(const Task& task, std::string_view text, std::string& scratch) {
    const Shape& shape = shapes_[task.table];
    TableContent seen;
    seen.columns.resize(shape.columns.size());
    References::Batch batch(references_.sides(task.table));
    std::vector<rows::SparseRows> sparse;
    std::uint64_t count = 0;
    const std::string_view lines = shape.decoder->copy_lines(text, scratch, count, sparse);
    std::vector<std::size_t> all(shape.columns.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    read_lines(task, lines, all, batch, seen);
    for (const rows::SparseRows& some : sparse) read_lines(task, some.lines, some.columns, batch, seen);
    references_.add(batch);
    merge(task.table, seen);
  }

  /// Lines with values of these columns.
  void read_lines(const Task& task, std::string_view lines, const std::vector<std::size_t>& columns,
                  References::Batch& batch, TableContent& seen) const {
    const bool keys = !references_.sides(task.table).empty();
    std::vector<std::string> values(seen.columns.size());
    std::vector<const std::string*> row(seen.columns.size(), nullptr);
    Fields fields;
    const auto take = [&](std::uint64_t number, std::size_t field, const std::string_view* value) {
      const std::size_t column = columns[field];
      if (keys) {
        if (value != nullptr) values[column] = *value;
        row[column] = value == nullptr ? nullptr : &values[column];
        if (field + 1 == columns.size()) batch.add(row);
      }
      if (value == nullptr) return seen.columns[column].add_null();
      const Place place{task.part->file, number};
      if (!shapes_[task.table].bytes[column]) return seen.columns[column].add(*value, place);
      seen.columns[column].add(bytes_of(*value), place);
    };
    const std::uint64_t wrong = fields.read(lines, columns.size(), take);
    if (wrong != 0) seen.wrong_rows.push_back({task.part->file, wrong});
  }

  void merge(std::size_t table, TableContent& seen) {
    const std::scoped_lock lock(mutex_);
    TableContent& all = content_.tables[table];
    for (std::size_t i = 0; i < seen.columns.size(); ++i) all.columns[i].add(seen.columns[i]);
    std::ranges::move(seen.wrong_rows, std::back_inserter(all.wrong_rows));
  }

  const archive::Reader& reader_;
  References& references_;
  std::stop_token stop_;
  std::vector<Shape> shapes_;
  std::vector<Task> tasks_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  Content content_;
};

}  // namespace

Content scan(const archive::Reader& reader, References& references, unsigned jobs, const std::stop_token& stop) {
  return Scanner(reader, references, stop).run(jobs);
}

}  // namespace pgcoffer::audit
