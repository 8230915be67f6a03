// Directory and tar archives: toc.dat, a file for each table's data, one for each large object, and lists of these.
#include <fmt/format.h>

#include <charconv>
#include <map>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "pgdump/container.hpp"

namespace pgcoffer::pgdump {
namespace {

constexpr std::string_view kContents = "toc.dat";
constexpr std::size_t kPiece = std::size_t{1} << 18U;

struct Member {
  std::filesystem::path path;
  std::uint64_t offset = 0, size = 0;
};
using Members = std::map<std::string, Member, std::less<>>;

class Files final : public Container {
 public:
  Files(const std::filesystem::path& path, Members members) : path_(path), members_(std::move(members)) {
    FileReader in = reader(std::string(kContents));
    contents_ = read_contents(in, false);
    for (const auto& [name, member] : members_) {
      if ((name.starts_with("blobs") || name.starts_with("large")) && name.ends_with(".toc")) list_large_objects(name);
    }
    check_large_objects();
  }

  [[nodiscard]] const Contents& contents() const override { return contents_; }

  void read(const Entry& entry, const Take& take) const override { expand(entry.file, take); }

  [[nodiscard]] std::vector<std::uint32_t> large_objects() const override {
    std::vector<std::uint32_t> oids;
    for (const auto& [oid, file] : large_objects_) oids.push_back(oid);
    return oids;
  }

  void read_large_object(std::uint32_t oid, const Take& take) const override { expand(large_objects_.at(oid), take); }

  [[nodiscard]] std::uint64_t stored_bytes(const Entry& entry) const override {
    const auto found = members_.find(stored_name(entry.file));
    return found == members_.end() ? 0 : found->second.size;
  }

 private:
  [[nodiscard]] FileReader reader(const std::string& name) const {
    const auto found = members_.find(name);
    if (found == members_.end()) {
      throw Error(Kind::damaged, fmt::format("archive \"{}\" is damaged: file \"{}\" is missing", path_.string(), name))
          .object(name);
    }
    return FileReader(found->second.path, found->second.offset, found->second.size);
  }

  /// Files bear the suffix of their compression, of which the table of contents knows nothing.
  [[nodiscard]] std::string stored_name(const std::string& name) const {
    for (const char* const suffix : {"", ".gz", ".lz4", ".zst"}) {
      if (members_.contains(name + suffix)) return name + suffix;
    }
    return name;
  }

  /// Lines of oid and file.
  void list_large_objects(const std::string& name) {
    FileReader in = reader(name);
    const std::string list = in.exactly(in.left());
    for (const std::string& line : split(list, '\n')) {
      if (line.empty()) continue;
      std::uint32_t oid = 0;
      const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), oid);
      if (error != std::errc() || *end != ' ') in.damaged("its list of large objects is malformed");
      large_objects_[oid] = end + 1;
    }
  }

  /// A large object whose file is not listed would be made, and stay empty.
  void check_large_objects() const {
    bool listed = false;
    for (const Entry& entry : contents_.entries) {
      if (entry.kind == "BLOBS" && entry.file.ends_with(".toc")) (void)reader(entry.file);
      listed = listed || entry.kind == "BLOBS";
    }
    for (const Entry& entry : contents_.entries)
      if (listed) check_listed(entry);
    for (const auto& [name, member] : members_) {
      constexpr std::string_view begin = "blob_";
      std::uint32_t oid = 0;
      if (!name.starts_with(begin)) continue;
      const char* const end = std::from_chars(name.data() + begin.size(), name.data() + name.size(), oid).ptr;
      if (!std::string_view(end).starts_with(".dat") || large_objects_.contains(oid)) continue;
      throw Error(Kind::damaged,
                  fmt::format("archive \"{}\" is damaged: its lists of large objects (blobs….toc) lack {}, "
                              "of which file \"{}\" is there",
                              path_.string(), oid, name))
          .object(name);
    }
  }

  /// BLOB is called by its oid; BLOB METADATA, of many, has lines of them.
  void check_listed(const Entry& entry) const {
    const bool many = entry.kind == "BLOB METADATA";
    if (!many && entry.kind != "BLOB") return;
    for (const std::string& line : split(many ? entry.create : entry.name, '\n')) {
      std::uint32_t oid = 0;
      const auto error = std::from_chars(line.data(), line.data() + line.size(), oid).ec;
      if (error != std::errc() || large_objects_.contains(oid)) continue;
      throw Error(Kind::damaged,
                  fmt::format("archive \"{}\" is damaged: its lists of large objects (blobs….toc) lack {}, which its "
                              "table of contents has",
                              path_.string(), oid))
          .object(std::string(kContents));
    }
  }

  void expand(const std::string& name, const Take& take) const {
    const std::string file = stored_name(name);
    FileReader in = reader(file);
    // pg_dump writes no frame for no bytes.
    if (in.left() == 0 && (file.ends_with(".lz4") || file.ends_with(".zst"))) return;
    using compress::StreamFormat;
    const auto stream = compress::make_stream_decompressor(file.ends_with(".gz")    ? StreamFormat::gzip
                                                           : file.ends_with(".lz4") ? StreamFormat::lz4
                                                           : file.ends_with(".zst") ? StreamFormat::zstd
                                                                                    : StreamFormat::none);
    try {
      for (std::string_view piece = in.some(kPiece); !piece.empty(); piece = in.some(kPiece)) stream->push(piece, take);
      stream->finish();
    } catch (const Error& error) {
      if (error.kind() != Kind::damaged || !error.object().empty()) throw;
      throw Error(Kind::damaged, fmt::format("\"{}\" is damaged: {}", file, error.message())).object(file);
    }
  }

  std::filesystem::path path_;
  Members members_;
  Contents contents_;
  std::map<std::uint32_t, std::string> large_objects_;
};

constexpr std::uint64_t kTarBlock = 512;

/// ustar (POSIX 1003.1): headers of 512 bytes, sizes in octal digits, files padded to whole blocks.
Members tar_members(const std::filesystem::path& path) {
  Members members;
  FileReader in(path);
  while (in.left() >= kTarBlock) {
    const std::string header = in.exactly(kTarBlock);
    if (header.find_first_not_of('\0') == std::string::npos) return members;
    std::uint64_t size = 0;
    for (const char digit : header.substr(124, 12)) {
      if (digit >= '0' && digit <= '7') size = size * 8 + static_cast<std::uint64_t>(digit - '0');
    }
    // More than 8 GiB: a byte 0x80 and a binary number.
    if ((static_cast<unsigned char>(header[124]) & 0x80U) != 0) {
      size = 0;
      for (const char byte : header.substr(128, 8)) size = size << 8U | static_cast<unsigned char>(byte);
    }
    const std::string name = header.substr(0, std::min<std::size_t>(header.find('\0'), 100));
    if (size > in.left()) in.damaged(fmt::format("file \"{}\" in it is cut off", name));
    members[name] = {path, in.position(), size};
    in.skip(std::min(in.left(), (size + kTarBlock - 1) / kTarBlock * kTarBlock));
  }
  in.damaged("its end is missing");
}

}  // namespace

std::unique_ptr<Container> open_directory(const std::filesystem::path& path) {
  Members members;
  for (const auto& file : std::filesystem::directory_iterator(path)) {
    if (file.is_regular_file()) members[file.path().filename().string()] = {file.path(), 0, file.file_size()};
  }
  return std::make_unique<Files>(path, std::move(members));
}

std::unique_ptr<Container> open_tar(const std::filesystem::path& path) {
  return std::make_unique<Files>(path, tar_members(path));
}

bool is_tar(const std::filesystem::path& path) {
  FileReader in(path);
  const std::string_view start = in.some(kTarBlock);
  return start.size() == kTarBlock && start.starts_with(kContents) && start[kContents.size()] == '\0';
}

}  // namespace pgcoffer::pgdump
