// Custom archives: behind the table of contents stand blocks, each a type, the number of its entry, and chunks of one
// compressed stream that end with a chunk of length 0. Large objects are such streams too, with their oids between.
#include <algorithm>
#include <map>

#include "pgcoffer/error.hpp"
#include "pgdump/container.hpp"

namespace pgcoffer::pgdump {
namespace {

constexpr unsigned kTableBlock = 1;
constexpr unsigned kLargeObjectsBlock = 3;

class Custom final : public Container {
 public:
  explicit Custom(const std::filesystem::path& path) : path_(path) {
    FileReader in(path_);
    contents_ = read_contents(in, true);
    find_blocks(in);
  }

  [[nodiscard]] const Contents& contents() const override { return contents_; }

  void read(const Entry& entry, const Take& take) const override {
    FileReader in(path_);
    const auto found = blocks_.find(entry.id);
    if (found == blocks_.end()) in.damaged("it has no data of table \"" + entry.name + "\"");
    in.seek(found->second.start);
    expand(in, take);
  }

  [[nodiscard]] std::vector<std::uint32_t> large_objects() const override {
    std::vector<std::uint32_t> oids;
    for (const auto& [oid, start] : large_objects_) oids.push_back(oid);
    return oids;
  }

  void read_large_object(std::uint32_t oid, const Take& take) const override {
    FileReader in(path_);
    in.seek(large_objects_.at(oid));
    expand(in, take);
  }

  [[nodiscard]] std::uint64_t stored_bytes(const Entry& entry) const override {
    const auto found = blocks_.find(entry.id);
    return found == blocks_.end() ? 0 : found->second.bytes;
  }

 private:
  [[nodiscard]] std::int64_t number(FileReader& in) const { return read_number(in, contents_.number_size); }

  /// The length of the next chunk; 0 at the end of the stream.
  [[nodiscard]] std::uint64_t chunk(FileReader& in) const {
    const std::int64_t length = number(in);
    if (length < 0 || static_cast<std::uint64_t>(length) > in.left()) in.damaged("a chunk of data is cut off");
    return static_cast<std::uint64_t>(length);
  }

  /// Positions are missing where the archive went through a pipe: then the chunks lead the way.
  void find_blocks(FileReader& in) {
    if (!contents_.positions_known) {
      // What follows the last of them is not asked for: pg_dump writing to a file that only grows leaves its second
      // table of contents there.
      for (in.seek(contents_.end); !all_found() && in.left() > 0;) {
        const auto [type, id] = block_head(in);
        if (type != kTableBlock) continue;
        pass(in);
        blocks_.at(id).bytes = in.position() - blocks_.at(id).start;
      }
      return;
    }
    std::map<std::uint64_t, int> starts;
    for (const Entry& entry : contents_.entries) {
      if (!entry.position) continue;
      in.seek(*entry.position);
      const int id = block_head(in).second;
      if (id != entry.id) in.damaged("a block of data belongs to another entry than the table of contents says");
      starts[blocks_.at(id).start] = id;
    }
    in.seek(0);
    std::uint64_t next = in.left();
    for (auto block = starts.rbegin(); block != starts.rend(); next = (block++)->first)
      blocks_.at(block->second).bytes = next - block->first;
  }

  [[nodiscard]] bool all_found() const {
    return std::ranges::all_of(contents_.entries,
                               [this](const Entry& entry) { return !entry.has_data || blocks_.contains(entry.id); });
  }

  /// Type and entry of the block that starts here; large objects are passed.
  [[nodiscard]] std::pair<unsigned, int> block_head(FileReader& in) {
    const unsigned type = in.byte();
    const int id = static_cast<int>(number(in));
    if (std::ranges::find(contents_.entries, id, &Entry::id) == contents_.entries.end())
      in.damaged("a block of data belongs to no entry");
    blocks_[id] = {in.position(), 0};
    if (type == kTableBlock) return {type, id};
    if (type != kLargeObjectsBlock) in.damaged("a block of data is of no known type");
    for (std::int64_t oid = number(in); oid != 0; oid = number(in)) {
      large_objects_[static_cast<std::uint32_t>(oid)] = in.position();
      pass(in);
    }
    return {type, id};
  }

  void pass(FileReader& in) const {
    for (std::uint64_t length = chunk(in); length != 0; length = chunk(in)) in.skip(length);
  }

  void expand(FileReader& in, const Take& take) const {
    const auto stream = compress::make_stream_decompressor(contents_.compression);
    bool any = false;
    for (std::uint64_t length = chunk(in); length != 0; length = chunk(in)) {
      any = true;
      while (length > 0) {
        const std::string_view piece = in.some(static_cast<std::size_t>(std::min<std::uint64_t>(length, 1U << 20U)));
        if (piece.empty()) in.damaged("it is cut off");
        length -= piece.size();
        stream->push(piece, take);
      }
    }
    if (any) stream->finish();
  }

  struct Block {
    std::uint64_t start = 0, bytes = 0;
  };
  std::filesystem::path path_;
  Contents contents_;
  std::map<int, Block> blocks_;
  std::map<std::uint32_t, std::uint64_t> large_objects_;
};

}  // namespace

std::unique_ptr<Container> open_custom(const std::filesystem::path& path) {
  return std::make_unique<Custom>(path);
}

}  // namespace pgcoffer::pgdump
