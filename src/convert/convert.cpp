#include "pgcoffer/convert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "archive/copy_target.hpp"
#include "archive/replaceable.hpp"
#include "archive/writer.hpp"
#include "base/crew.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "convert/input.hpp"
#include "convert/open_any.hpp"
#include "convert/plain.hpp"
#include "convert/table_cutter.hpp"
#include "pgcoffer/error.hpp"
#include "pgcoffer/version.hpp"

namespace pgcoffer {
namespace converting {
namespace {

constexpr unsigned kMostJobs = 8;

/// What is not asked for stays as it is. Deflate is how gzip lies in a zip file.
compress::Setting compression(const ConvertOptions& options, const archive::Manifest& manifest) {
  if (!options.compression.empty()) return compress::parse_setting(options.compression);
  if (options.container == Container::plain) return compress::parse_setting("none");
  compress::Setting setting = manifest.compression;
  if (setting.method == compress::Method::deflate) setting.method = compress::Method::gzip;
  return setting;
}

void check_options(const ConvertOptions& options, const archive::Manifest& manifest) {
  if (options.container == Container::plain) {
    if (!options.rows.empty() && options.rows != "sql") {
      throw Error(Kind::usage, "a plain script holds its rows as sql only")
          .hint("Leave out --rows, or write a directory or zip.");
    }
    if (!options.recipients.empty())
      throw Error(Kind::usage, "a plain script cannot be encrypted").hint("Write a directory or zip instead.");
  }
  if (options.decrypt && !options.recipients.empty())
    throw Error(Kind::usage, "--decrypt and --encrypt exclude each other").hint("Leave out one of them.");
  if (manifest.encrypted && options.recipients.empty() && !options.decrypt) {
    throw Error(Kind::usage, "the archive is encrypted: say whether the new one is to be")
        .hint("Give --encrypt (or --new-key-file, --new-passphrase-file, --encrypt-to), or --decrypt.");
  }
}

/// One conversion into a directory or zip, from the opened input to the report.
class Conversion {
 public:
  Conversion(const ConvertOptions& options, const Input& input, Progress& progress, const std::stop_token& stop)
      : options_(options),
        input_(input),
        progress_(progress),
        stop_(stop),
        format_(options.rows.empty() ? input.manifest().rows : rows::parse_format(options.rows)),
        manifest_(input.manifest()),
        writer_(make_sink(options), compression(options, input.manifest()), options.recipients) {}

  ConvertReport run() {
    prepare();
    convert_parts();
    collect();
    finish();
    return std::move(report_);
  }

 private:
  static std::unique_ptr<store::Sink> make_sink(const ConvertOptions& options) {
    if (options.replace) archive::require_replaceable(options.output);
    const auto kind = options.container == Container::zip ? store::Container::zip : store::Container::directory;
    return store::create(options.output, kind, options.replace);
  }

  struct Task {
    Input::Chunk chunk;
    std::vector<archive::Part> parts;  ///< of the output
    std::uint64_t rows = 0;
    std::optional<rows::RowDigest> digest = std::nullopt;
  };

  void prepare() {
    archive::FolderNames folders;
    Expected expected;
    for (const archive::Table& table : manifest_.tables) {
      // The same names in the same order as in a dump: tables without rows in the archive have no folder.
      folders_.push_back(table.has_rows ? folders.folder(table.schema, table.name) : "");
    }
    for (Input::Chunk& chunk : input_.chunks(options_.part_size)) {
      expected.bytes += chunk.bytes;
      tasks_.push_back({chunk, {}, 0, {}});
    }
    numbers_ = std::vector<std::atomic<std::uint32_t>>(manifest_.tables.size());
    expected.tables = manifest_.tables.size();
    progress_.phase("rows", expected);
  }

  void convert_parts() {
    std::vector<std::size_t> order(tasks_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    // Largest first, so that no long one is begun when all others are done.
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return tasks_[i].chunk.bytes; });
    const unsigned jobs =
        options_.jobs != 0 ? options_.jobs : std::clamp(std::thread::hardware_concurrency(), 1U, kMostJobs);
    std::atomic<std::size_t> next = 0;
    std::atomic<std::size_t> next_object = 0;
    Crew crew([&] { failed_ = true; });
    for (unsigned i = 0; i < jobs; ++i) {
      crew.start([&] {
        const auto pipeline = writer_.pipeline();
        for (std::size_t at = next++; at < order.size(); at = next++) convert_chunk(*pipeline, tasks_[order[at]]);
        for (std::size_t at = next_object++; at < manifest_.large_objects.size(); at = next_object++)
          convert_large_object(*pipeline, at);
      });
    }
    crew.join();
  }

  void check_stop() const {
    if (failed_ || stop_.stop_requested()) throw Error(Kind::interrupted, "interrupted");
  }

  void convert_chunk(archive::PartPipeline& pipeline, Task& task) {
    const std::size_t index = task.chunk.table;
    const archive::Table& table = manifest_.tables[index];
    try {
      TableCutter cutter(table, format_, options_.part_size, [&](std::string_view encoded, std::uint64_t rows) {
        check_stop();
        archive::Part part;
        part.number = ++numbers_[index];
        part.rows = rows;
        writer_.put_part(pipeline, fmt::format("{}/{:04}.{}", folders_[index], part.number, rows::extension(format_)),
                         encoded, part);
        task.rows += rows;
        task.parts.push_back(std::move(part));
        progress_.advanced(rows, encoded.size());
      });
      input_.read(task.chunk, [&](const Rows& rows) { cutter.add(rows); });
      cutter.finish();
      task.digest = cutter.digest();
    } catch (const Error& error) {
      if (error.kind() != Kind::failed || !error.object().empty()) throw;
      const QualifiedName name{table.schema, table.name};
      throw Error(Kind::failed, fmt::format("cannot convert table {}: {}", quoted_name(name), error.message()))
          .hint(error.hint())
          .object(display_name(name));
    }
  }

  void convert_large_object(archive::PartPipeline& pipeline, std::size_t index) {
    archive::LargeObject& object = manifest_.large_objects[index];
    object.parts.clear();
    object.bytes = 0;
    std::string block;
    const auto put = [&](std::string_view bytes) {
      check_stop();
      archive::Part part;
      part.number = static_cast<std::uint32_t>(object.parts.size() + 1);
      writer_.put_part(pipeline, fmt::format("large-objects/{}/{:04}.bin", object.oid, part.number), bytes, part,
                       archive::EncodedDigest::sha256);
      object.bytes += bytes.size();
      object.parts.push_back(std::move(part));
      progress_.advanced(0, bytes.size());
    };
    input_.read_large_object(index, [&](std::string_view bytes) {
      if (options_.part_size == 0) return put(bytes);
      block += bytes;
      std::string_view rest = block;
      for (; rest.size() >= options_.part_size; rest.remove_prefix(options_.part_size))
        put(rest.substr(0, options_.part_size));
      block.erase(0, block.size() - rest.size());
    });
    if (!block.empty()) put(block);
  }

  void collect() {
    for (archive::Table& table : manifest_.tables) {
      table.parts.clear();
      table.rows = 0;
      table.row_digest.clear();
      table.binary_row_digest.clear();
      table.binary = false;
      table.text_because.clear();
      for (archive::Column& column : table.columns) column.binary.reset();
    }
    std::vector<std::optional<rows::RowDigest>> digests(manifest_.tables.size(), rows::RowDigest());
    for (Task& task : tasks_) {
      archive::Table& table = manifest_.tables[task.chunk.table];
      std::optional<rows::RowDigest>& digest = digests[task.chunk.table];
      table.rows += task.rows;
      std::ranges::move(task.parts, std::back_inserter(table.parts));
      if (!task.digest) digest.reset();
      if (digest) digest->add(*task.digest);
    }
    for (std::size_t i = 0; i < digests.size(); ++i)
      if (manifest_.tables[i].has_rows && digests[i]) manifest_.tables[i].row_digest = digests[i]->hex();
  }

  void finish() {
    progress_.phase("finish", {});
    manifest_.packs.clear();
    check_stop();
    if (!manifest_.archive_id.empty()) manifest_.converted_from.push_back(manifest_.archive_id);
    manifest_.rows = format_;
    manifest_.pgcoffer_version = version();
    manifest_.finished = utc_now();
    writer_.finish(manifest_, input_.toc());
    report_.archive_id = manifest_.archive_id;
    const auto add = [&](const std::vector<archive::Part>& parts) {
      report_.parts += parts.size();
      for (const archive::Part& part : parts) {
        report_.encoded_bytes += part.encoded_bytes;
        report_.stored_bytes += part.stored_bytes;
      }
    };
    for (const archive::Table& table : manifest_.tables) {
      report_.tables += table.has_rows ? 1 : 0;
      report_.rows += table.rows;
      add(table.parts);
    }
    for (const archive::LargeObject& object : manifest_.large_objects) add(object.parts);
  }

  const ConvertOptions& options_;
  const Input& input_;
  Progress& progress_;
  const std::stop_token& stop_;
  rows::Format format_;
  archive::Manifest manifest_;  ///< of the output
  archive::Writer writer_;
  std::vector<std::string> folders_;
  std::vector<Task> tasks_;
  std::vector<std::atomic<std::uint32_t>> numbers_;  ///< last part's of each table
  std::atomic<bool> failed_ = false;
  ConvertReport report_;
};

ConvertReport run(const ConvertOptions& options, Progress& progress, const std::stop_token& stop) {
  const auto start = std::chrono::steady_clock::now();
  const std::unique_ptr<Input> input = open_input(options);
  check_options(options, input->manifest());
  for (const std::string& text : doubts(options.input, input->manifest())) progress.warning(text);
  ConvertReport report = options.container == Container::plain
                             ? write_plain(options, *input, compression(options, input->manifest()), progress, stop)
                             : Conversion(options, *input, progress, stop).run();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace
}  // namespace converting

ConvertReport convert(const ConvertOptions& options, Progress& progress, const std::stop_token& stop) {
  return converting::run(options, progress, stop);
}

}  // namespace pgcoffer
