#include "convert/input.hpp"

#include <fmt/format.h>

#include <utility>

#include "pgcoffer/error.hpp"
#include "pgdump/container.hpp"

namespace pgcoffer::converting {
namespace {

/// Parts of the output that a chunk is cut into: the last one may be short.
constexpr std::uint64_t kPartsPerChunk = 8;

class NativeInput final : public Input {
 public:
  explicit NativeInput(std::unique_ptr<archive::Reader> reader) : reader_(std::move(reader)) {}

  [[nodiscard]] const archive::Manifest& manifest() const override { return reader_->manifest(); }
  [[nodiscard]] const archive::Toc& toc() const override { return reader_->toc(); }

  [[nodiscard]] std::vector<Chunk> chunks(std::uint64_t part_size) const override {
    std::vector<Chunk> chunks;
    for (std::size_t table = 0; table < manifest().tables.size(); ++table) {
      const std::vector<archive::Part>& parts = manifest().tables[table].parts;
      for (std::size_t part = 0; part < parts.size(); ++part) {
        const bool next = part == 0 || chunks.back().bytes >= kPartsPerChunk * part_size;
        if (next) chunks.push_back({table, part, 0, 0});
        ++chunks.back().count;
        chunks.back().bytes += parts[part].encoded_bytes;
      }
    }
    return chunks;
  }

  void read(const Chunk& chunk, const std::function<void(const Rows&)>& take) const override {
    const archive::Table& table = manifest().tables[chunk.table];
    const auto decoder = archive::part_decoder(manifest(), table);
    const auto pipeline = reader_->pipeline();
    std::string scratch;
    for (std::size_t part = chunk.first; part < chunk.first + chunk.count; ++part) {
      read_part(table.parts[part], *pipeline, *decoder, scratch, take);
    }
  }

  void read_large_object(std::size_t index, const std::function<void(std::string_view)>& take) const override {
    const auto pipeline = reader_->pipeline();
    for (const archive::Part& part : manifest().large_objects[index].parts) take(reader_->read_part(*pipeline, part));
  }

 private:
  void read_part(const archive::Part& part, archive::Reader::Pipeline& pipeline, const rows::PartDecoder& decoder,
                 std::string& scratch, const std::function<void(const Rows&)>& take) const {
    const std::string_view text = reader_->read_part(pipeline, part);
    std::vector<rows::SparseRows> sparse;
    Rows rows{{}, 0, &sparse};
    try {
      rows.lines = decoder.copy_lines(text, scratch, rows.rows, sparse);
    } catch (const Error& error) {  // a decoder knows lines, not files
      throw Error(error.kind(), fmt::format("archive is damaged: \"{}\": {}", part.file, error.message()))
          .hint(error.hint())
          .object(part.file);
    }
    std::uint64_t count = rows.rows;
    for (const rows::SparseRows& some : sparse) count += some.rows;
    if (count != part.rows && !reader_->accepts_edited()) {
      throw Error(Kind::damaged, fmt::format("archive is damaged: \"{}\": {} rows where the manifest says {}",
                                             part.file, count, part.rows))
          .object(part.file);
    }
    take(rows);
  }

  std::unique_ptr<archive::Reader> reader_;
};

}  // namespace

std::unique_ptr<Input> open_input(const ConvertOptions& options) {
  if (pgdump::is_pg_dump(options.input)) return open_pg_dump(options.input);
  auto reader = archive::open(options.input, options.identities, {options.accept_edited});
  archive::require_one_archive(reader->manifest());
  return std::make_unique<NativeInput>(std::move(reader));
}

}  // namespace pgcoffer::converting
