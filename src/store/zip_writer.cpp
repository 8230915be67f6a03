#include "store/zip_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "pgcoffer/error.hpp"
#include "store/zip_handle.hpp"

namespace pgcoffer::store {
namespace {

namespace fs = std::filesystem;

/// A zip_source_function state: one spooled file, opened only while it is copied.
struct SpoolReader {
  const Spooled* file;
  Fd fd{};
  zip_error_t error{};
};

zip_int64_t open(SpoolReader& reader) noexcept {
  reader.fd = open_at(AT_FDCWD, reader.file->path.c_str(), O_RDONLY);
  if (reader.fd) return 0;
  zip_error_set(&reader.error, ZIP_ER_OPEN, errno);
  return -1;
}

zip_int64_t read(SpoolReader& reader, void* data, zip_uint64_t length) noexcept {
  const ssize_t got = read_up_to(reader.fd.get(), static_cast<char*>(data), length);
  if (got < 0) zip_error_set(&reader.error, ZIP_ER_READ, errno);
  return got;
}

zip_int64_t stat(const Spooled& file, void* data) noexcept {
  auto* status = static_cast<zip_stat_t*>(data);
  zip_stat_init(status);
  status->comp_size = file.size;
  status->size = file.entry.raw_deflate ? file.entry.plain_size : file.size;
  status->comp_method = file.entry.raw_deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE;
  status->valid = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  if (file.entry.raw_deflate) {
    status->crc = file.entry.plain_crc;
    status->valid |= ZIP_STAT_CRC;
  }
  return sizeof(zip_stat_t);
}

zip_int64_t act(void* state, void* data, zip_uint64_t length, zip_source_cmd_t command) noexcept {
  auto& reader = *static_cast<SpoolReader*>(state);
  switch (command) {
    case ZIP_SOURCE_OPEN:
      return open(reader);
    case ZIP_SOURCE_READ:
      return read(reader, data, length);
    case ZIP_SOURCE_CLOSE:
      return reader.fd.close();
    case ZIP_SOURCE_STAT:
      return stat(*reader.file, data);
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data(&reader.error, data, length);
    case ZIP_SOURCE_SUPPORTS:
      return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                            ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
    case ZIP_SOURCE_FREE:
      delete &reader;
      return 0;
    default:
      zip_error_set(&reader.error, ZIP_ER_OPNOTSUPP, 0);
      return -1;
  }
}

[[noreturn]] void cannot_write(const fs::path& path, zip_error_t& error) {
  const int code = zip_error_system_type(&error) == ZIP_ET_SYS ? zip_error_code_system(&error) : 0;
  if (code != 0) fail("write", path, code);
  throw Error(Kind::failed, fmt::format("cannot write \"{}\": {}", path.string(), words_of(error)))
      .object(path.string());
}

class ZipWriter {
 public:
  explicit ZipWriter(const fs::path& path) : path_(path) {
    int code = 0;
    zip_.reset(zip_open(path.c_str(), ZIP_CREATE | ZIP_EXCL, &code));
    if (zip_ != nullptr) return;
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    cannot_write(path, error);
  }

  [[nodiscard]] zip_t* get() const { return zip_.get(); }

  /// Takes over the source.
  void add(const std::string& name, zip_source_t* source) {
    if (source == nullptr) cannot_write(path_, *zip_get_error(zip_.get()));
    const zip_int64_t index = zip_file_add(zip_.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      cannot_write(path_, *zip_get_error(zip_.get()));
    }
    constexpr zip_uint16_t kMidnight = 0, kFirstDay = 1 << 5 | 1;  // MS-DOS time and date: 1980-01-01
    constexpr zip_uint32_t kRegularFile0600 = zip_uint32_t{0100600} << 16;
    const auto at = static_cast<zip_uint64_t>(index);
    if (zip_file_set_dostime(zip_.get(), at, kMidnight, kFirstDay, 0) != 0 ||
        zip_file_set_external_attributes(zip_.get(), at, 0, ZIP_OPSYS_UNIX, kRegularFile0600) != 0) {
      cannot_write(path_, *zip_get_error(zip_.get()));
    }
  }

  void add(const Spooled& file) {
    auto reader = std::make_unique<SpoolReader>(SpoolReader{&file});
    zip_source_t* source = zip_source_function(zip_.get(), act, reader.get());
    if (source != nullptr) static_cast<void>(reader.release());
    add(file.entry.name, source);
    if (file.entry.raw_deflate) return;  // libzip takes over what the source says of itself
    const zip_int64_t index = zip_get_num_entries(zip_.get(), 0) - 1;
    if (zip_set_file_compression(zip_.get(), static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0) != 0) {
      cannot_write(path_, *zip_get_error(zip_.get()));
    }
  }

  /// Does the work: until here libzip has only taken notes.
  void finish(Durability durability = Durability::synced) {
    if (zip_close(zip_.get()) != 0) cannot_write(path_, *zip_get_error(zip_.get()));
    static_cast<void>(zip_.release());
    Fd file = open_file(path_, O_RDWR, "open");
    if (::fchmod(file.get(), 0600) != 0) fail("protect", path_, errno);
    if (durability == Durability::synced) sync_file(file, path_);
    close_written(file, path_);
  }

 private:
  fs::path path_;
  ZipPtr zip_;
};

/// An entry of another zip, as it lies there.
zip_source_t* as_stored(zip_t* into, zip_t* from, zip_uint64_t index) {
#if LIBZIP_VERSION_MAJOR > 1 || LIBZIP_VERSION_MINOR >= 10
  return zip_source_zip_file(into, from, index, ZIP_FL_COMPRESSED, 0, -1, nullptr);
#else
  return zip_source_zip(into, from, index, ZIP_FL_COMPRESSED, 0, -1);
#endif
}

}  // namespace

void pack(std::vector<Spooled> files, const fs::path& zip, Durability durability) {
  std::sort(files.begin(), files.end(), [](const Spooled& a, const Spooled& b) { return a.entry.name < b.entry.name; });
  ZipWriter writer(zip);
  for (const Spooled& file : files) writer.add(file);
  writer.finish(durability);
}

void copy_with(const fs::path& from, const fs::path& to, std::string_view name, std::string_view bytes) {
  const Fd file = open_file(from, O_RDONLY, "open");
  const ZipPtr old = open_for_reading(file, from);
  ZipWriter writer(to);
  bool replaced = false;
  const zip_int64_t count = zip_get_num_entries(old.get(), 0);
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    const char* entry = zip_get_name(old.get(), i, 0);
    if (entry == nullptr) cannot_write(to, *zip_get_error(old.get()));
    if (entry == name) {
      replaced = true;
      writer.add(entry, zip_source_buffer(writer.get(), bytes.data(), bytes.size(), 0));
      static_cast<void>(zip_set_file_compression(writer.get(), i, ZIP_CM_STORE, 0));
    } else {
      writer.add(entry, as_stored(writer.get(), old.get(), i));
      // Left to itself, libzip deflates what was stored, and readers would take it for a deflated part.
      zip_stat_t status;
      if (zip_stat_index(old.get(), i, 0, &status) != 0) cannot_write(to, *zip_get_error(old.get()));
      if (status.comp_method == ZIP_CM_STORE && zip_set_file_compression(writer.get(), i, ZIP_CM_STORE, 0) != 0) {
        cannot_write(to, *zip_get_error(writer.get()));
      }
    }
  }
  if (!replaced) {
    throw Error(Kind::not_found, fmt::format("there is no \"{}\" in \"{}\"", name, from.string()))
        .object(std::string(name));
  }
  writer.finish();
}

}  // namespace pgcoffer::store
