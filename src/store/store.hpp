#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::store {

/// How bytes lie inside a container that can compress by itself (zip); a directory takes them as they are.
struct Entry {
  std::string name;              ///< relative, '/' between folders, already encoded for file systems
  bool raw_deflate = false;      ///< `bytes` are raw deflate data of a zip entry (only where Sink::deflates())
  std::uint64_t plain_size = 0;  ///< with raw_deflate: size and
  std::uint32_t plain_crc = 0;   ///< CRC-32 of the uncompressed bytes
};

/// Takes the files of one new archive. Nothing bears the final name before commit() has returned; destroying it
/// without commit() removes what was written. put() is safe from several threads.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Throws Error(failed) naming file and reason (disk full …).
  virtual void put(const Entry& entry, std::string_view bytes) = 0;
  /// Syncs everything, unless told not to, gives it its final name, syncs the parent folder.
  virtual void commit() = 0;
  /// True for containers whose entries carry deflate data themselves.
  [[nodiscard]] virtual bool deflates() const noexcept = 0;
  /// Makes a folder whose content is the caller's to write and sync. Throws Error(usage) for containers without
  /// folders.
  [[nodiscard]] virtual std::filesystem::path folder(const std::string& name);
};

struct Listed {
  std::string name;
  std::uint64_t size = 0;  ///< as stored
};

struct Plain {
  std::uint64_t size = 0;
  std::uint32_t crc = 0;  ///< CRC-32
};

/// Something wrong with the container itself.
struct Flaw {
  std::string file;  ///< in the archive; the container's own name where it concerns no file
  std::string problem;
};

/// Reads the files of one archive. Safe from several threads.
class Source {
 public:
  virtual ~Source() = default;
  /// The bytes as put() got them, raw deflate included, in place of what `bytes` held: a buffer may be kept from file
  /// to file. Throws Error: not_found, damaged, failed.
  virtual void read(std::string_view name, std::string& bytes) const = 0;
  [[nodiscard]] std::string get(std::string_view name) const {
    std::string bytes;
    read(name, bytes);
    return bytes;
  }
  [[nodiscard]] virtual bool contains(std::string_view name) const = 0;
  /// Everything that lies in the container, what get() refuses (links, pipes) included.
  [[nodiscard]] virtual std::vector<Listed> list() const = 0;
  /// What get() and contains() do not look at, and is not as it was written: a zip file's headers, bytes between them.
  [[nodiscard]] virtual std::vector<Flaw> flaws() const { return {}; }
  /// What the container says of the uncompressed bytes of an entry that get() gives as raw deflate; nobody has checked
  /// it. Absent for others, whose checksum get() checks.
  [[nodiscard]] virtual std::optional<Plain> plain_of(std::string_view name) const {
    static_cast<void>(name);
    return {};
  }
  /// True when the store inflates by itself what was stored as raw deflate: an unpacked zip read as a directory.
  [[nodiscard]] virtual bool deflates() const noexcept = 0;
};

enum class Container { directory, zip };

/// Whether an archive is on the disk before it gets its name, or where the kernel has it: then a machine that fails
/// soon after may be left with a damaged one.
enum class Durability : unsigned char { synced, unsynced };

/// `replace`: an existing archive at `path` is replaced once the new one is whole; otherwise it is an Error(exists).
/// What lies there and is no archive (no manifest.json or manifest.json.cms in it) is never replaced; an empty folder
/// may become an archive folder. Writes beside the final name, in the folder `path.partial`; a left-over of a killed
/// run there is removed, one in use refused. Disk space at the peak: a directory takes the archive's size, a zip file
/// twice that (parts are spooled first); with `replace`, the old archive's size besides. Throws Error: exists, usage
/// (no name for an archive), not_found (no parent folder), permission, failed.
[[nodiscard]] std::unique_ptr<Sink> create(const std::filesystem::path& path, Container container, bool replace,
                                           Durability durability = Durability::synced);

/// Throws what create() would of what stands at its place, and makes nothing.
void check_place(const std::filesystem::path& path, Container container, bool replace);

/// Tells directory and zip by looking. Throws Error: not_found, damaged (neither).
[[nodiscard]] std::unique_ptr<Source> open(const std::filesystem::path& path);

/// Replaces one small file of an existing archive atomically (keys.cms on rewrap).
void replace_entry(const std::filesystem::path& path, std::string_view name, std::string_view bytes);

}  // namespace pgcoffer::store
