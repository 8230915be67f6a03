#include <fmt/format.h>

#include <algorithm>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "convert/input.hpp"
#include "pgcoffer/error.hpp"
#include "pgdump/describe.hpp"

namespace pgcoffer::converting {
namespace {

constexpr std::string_view kEndMarker = "\\.\n";
/// Rows are handed over in such pieces: the parts, where nothing else is asked for.
constexpr std::size_t kPiece = std::size_t{16} << 20U;

/// Cuts a stream of COPY text at line ends, up to the end marker. Throws Error(damaged) for rows of another table, or
/// behind the marker.
class LineCutter {
 public:
  LineCutter(std::size_t columns, const std::function<void(const Rows&)>& take) : columns_(columns), take_(take) {}

  void add(std::string_view text) {
    if (ended_) return only_line_ends(text);
    pending_ += text;
    if (pending_.size() >= kPiece) flush();
  }

  /// False when the end marker never came.
  [[nodiscard]] bool finish() {
    if (!ended_) flush();
    return ended_;
  }

 private:
  void flush() {
    std::size_t marker = 0;
    ended_ = pending_.starts_with(kEndMarker);
    if (const std::size_t found = ended_ ? std::string::npos : pending_.find("\n\\.\n"); found != std::string::npos) {
      ended_ = true;
      marker = found + 1;
    }
    // The last line, which has no end yet, might become the marker.
    const std::size_t size = ended_ ? marker : pending_.rfind('\n') + 1;
    const std::string_view lines(pending_.data(), size);
    if (size > 0) take_({lines, count(lines), nullptr});
    pending_.erase(0, size);
    if (!ended_) return;
    only_line_ends(std::string_view(pending_).substr(kEndMarker.size()));
    pending_.clear();
  }

  /// Of all rows together: one by one they are looked at when they are used.
  [[nodiscard]] std::uint64_t count(std::string_view lines) const {
    const auto rows = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    const auto tabs = static_cast<std::uint64_t>(std::ranges::count(lines, '\t'));
    if (tabs != rows * (columns_ == 0 ? 0 : columns_ - 1))
      throw Error(Kind::damaged, fmt::format("there are rows that have not {}", counted(columns_, "column")));
    return rows;
  }

  static void only_line_ends(std::string_view text) {
    if (text.find_first_not_of('\n') != std::string_view::npos)
      throw Error(Kind::damaged, "something stands behind the end marker \\.");
  }

  std::size_t columns_;
  const std::function<void(const Rows&)>& take_;
  std::string pending_;
  bool ended_ = false;
};

class PgDumpInput final : public Input {
 public:
  explicit PgDumpInput(const std::filesystem::path& path)
      : container_(pgdump::open(path)), description_(pgdump::describe(*container_)) {
    with_data_ = container_->large_objects();
  }

  [[nodiscard]] const archive::Manifest& manifest() const override { return description_.manifest; }
  [[nodiscard]] const archive::Toc& toc() const override { return description_.toc; }

  [[nodiscard]] std::vector<Chunk> chunks(std::uint64_t /*part_size*/) const override {
    std::vector<Chunk> chunks;
    for (std::size_t table = 0; table < manifest().tables.size(); ++table)
      if (const auto* const rows = description_.data[table]; rows != nullptr)
        chunks.push_back({table, 0, 1, container_->stored_bytes(*rows)});
    return chunks;
  }

  void read(const Chunk& chunk, const std::function<void(const Rows&)>& take) const override {
    const archive::Table& table = manifest().tables[chunk.table];
    const std::string name = display_name({table.schema, table.name});
    LineCutter cutter(table.columns.size(), take);
    try {
      container_->read(*description_.data[chunk.table], [&](std::string_view text) { cutter.add(text); });
      if (!cutter.finish()) throw Error(Kind::damaged, "the end marker \\. is missing");
    } catch (const Error& error) {
      if (error.kind() != Kind::damaged || !error.object().empty()) throw;
      throw Error(Kind::damaged, fmt::format("archive is damaged: rows of table {}: {}",
                                             quoted_name({table.schema, table.name}), error.message()))
          .object(name);
    }
  }

  void read_large_object(std::size_t index, const std::function<void(std::string_view)>& take) const override {
    const std::uint32_t oid = manifest().large_objects[index].oid;
    if (std::ranges::find(with_data_, oid) != with_data_.end()) container_->read_large_object(oid, take);
  }

 private:
  std::unique_ptr<pgdump::Container> container_;
  pgdump::Description description_;
  std::vector<std::uint32_t> with_data_;
};

}  // namespace

std::unique_ptr<Input> open_pg_dump(const std::filesystem::path& path) {
  return std::make_unique<PgDumpInput>(path);
}

}  // namespace pgcoffer::converting
