#include "audit/scan.hpp"

#include <atomic>
#include <memory>
#include <pgcoffer/error.hpp>

#include "base/crew.hpp"
#include "rows/format.hpp"

namespace pgcoffer::audit {
namespace {

struct Task {
  const archive::Part* part;
  std::size_t table = 0;                         ///< position in manifest.tables
  const archive::LargeObject* object = nullptr;  ///< with all of its parts; then `part` is null
};

class Scanner {
 public:
  Scanner(const archive::Reader& reader, Collector& collector, const std::stop_token& stop)
      : reader_(reader), collector_(collector), stop_(stop), decoders_(reader.manifest().tables.size()) {
    const archive::Manifest& manifest = reader.manifest();
    for (std::size_t i = 0; i < manifest.tables.size(); ++i) {
      if (!manifest.tables[i].parts.empty()) decoders_[i] = archive::part_decoder(manifest, manifest.tables[i]);
      for (const archive::Part& part : manifest.tables[i].parts) tasks_.push_back({&part, i});
    }
    for (const archive::LargeObject& object : manifest.large_objects) tasks_.push_back({nullptr, 0, &object});
  }

  void run(unsigned jobs) {
    Crew crew([this] { next_ = tasks_.size(); });
    for (unsigned i = 0; i < jobs && i < tasks_.size(); ++i) crew.start([this] { work(); });
    crew.join();
    if (stop_.stop_requested()) throw Error(Kind::interrupted, "the audit was interrupted");
  }

 private:
  void work() {
    const auto pipeline = reader_.pipeline();
    std::string scratch;
    for (std::size_t at = next_++; at < tasks_.size() && !stop_.stop_requested(); at = next_++) {
      const Task& task = tasks_[at];
      if (task.object != nullptr) {
        read_object(*pipeline, *task.object);
      } else {
        read_rows(task, reader_.read_part(*pipeline, *task.part), scratch);
      }
    }
  }

  void read_object(archive::Reader::Pipeline& pipeline, const archive::LargeObject& object) {
    Collector::LargeObject seen(collector_, object.oid);
    for (const archive::Part& part : object.parts) {
      if (stop_.stop_requested()) return;
      seen.add(reader_.read_part(pipeline, part), part.file);
    }
  }

  void read_rows(const Task& task, std::string_view text, std::string& scratch) {
    Collector::Part part = collector_.part(task.table);
    std::vector<rows::SparseRows> sparse;
    std::uint64_t count = 0;
    collector_.read(part, decoders_[task.table]->copy_lines(text, scratch, count, sparse));
    for (const rows::SparseRows& some : sparse) collector_.read(part, some.lines, some.columns);
    collector_.add(std::move(part), task.part->file);
  }

  const archive::Reader& reader_;
  Collector& collector_;
  std::stop_token stop_;
  std::vector<std::unique_ptr<rows::PartDecoder>> decoders_;  ///< null for tables without parts
  std::vector<Task> tasks_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace

void scan(const archive::Reader& reader, Collector& collector, unsigned jobs, const std::stop_token& stop) {
  Scanner(reader, collector, stop).run(jobs);
}

}  // namespace pgcoffer::audit
