#include "store/zip_handle.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string_view>

#include "pgcoffer/error.hpp"

namespace pgcoffer::store {
namespace {

/// A zip_source_function state: a file read by position.
struct PositionReader {
  int fd;
  zip_uint64_t size;
  zip_uint64_t offset = 0;
  zip_error_t error{};
};

zip_int64_t read(PositionReader& reader, void* data, zip_uint64_t length) noexcept {
  const ssize_t got = read_up_to_at(reader.fd, static_cast<char*>(data), length, static_cast<off_t>(reader.offset));
  if (got < 0) {
    zip_error_set(&reader.error, ZIP_ER_READ, errno);
    return -1;
  }
  reader.offset += static_cast<zip_uint64_t>(got);
  return got;
}

zip_int64_t stat(const PositionReader& reader, void* data) noexcept {
  auto* status = static_cast<zip_stat_t*>(data);
  zip_stat_init(status);
  status->size = reader.size;
  status->valid = ZIP_STAT_SIZE;
  return sizeof(zip_stat_t);
}

zip_int64_t seek(PositionReader& reader, void* data, zip_uint64_t length) noexcept {
  const zip_int64_t offset = zip_source_seek_compute_offset(reader.offset, reader.size, data, length, &reader.error);
  if (offset < 0) return -1;
  reader.offset = static_cast<zip_uint64_t>(offset);
  return 0;
}

zip_int64_t act(void* state, void* data, zip_uint64_t length, zip_source_cmd_t command) noexcept {
  auto& reader = *static_cast<PositionReader*>(state);
  switch (command) {
    case ZIP_SOURCE_OPEN:
      reader.offset = 0;
      return 0;
    case ZIP_SOURCE_READ:
      return read(reader, data, length);
    case ZIP_SOURCE_CLOSE:
      return 0;
    case ZIP_SOURCE_STAT:
      return stat(reader, data);
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data(&reader.error, data, length);
    case ZIP_SOURCE_SEEK:
      return seek(reader, data, length);
    case ZIP_SOURCE_TELL:
      return static_cast<zip_int64_t>(reader.offset);
    case ZIP_SOURCE_SUPPORTS:
      return ZIP_SOURCE_SUPPORTS_SEEKABLE;
    case ZIP_SOURCE_FREE:
      delete &reader;
      return 0;
    default:
      zip_error_set(&reader.error, ZIP_ER_OPNOTSUPP, 0);
      return -1;
  }
}

bool begins_with(const std::filesystem::path& path, std::string_view start) {
  std::ifstream file(path, std::ios::binary);
  return std::ranges::all_of(start, [&](char c) { return file.get() == static_cast<unsigned char>(c); });
}

[[noreturn]] void cannot_open(const std::filesystem::path& path, zip_error_t& error) {
  const int code = zip_error_code_zip(&error);
  const std::string words = words_of(error);
  zip_error_fini(&error);
  if (code == ZIP_ER_NOZIP && begins_with(path, "\x1f\x8b")) {
    throw Error(Kind::usage, fmt::format("\"{}\" is compressed with gzip, and is no archive as it is", path.string()))
        .hint("Unpack it first (gunzip): scripts and archives of pg_dump are read then.")
        .object(path.string());
  }
  if (code == ZIP_ER_READ || code == ZIP_ER_MEMORY) {
    throw Error(Kind::failed, fmt::format("cannot read \"{}\": {}", path.string(), words)).object(path.string());
  }
  const bool other = code == ZIP_ER_NOZIP && !begins_with(path, "PK");
  const std::string what = other ? fmt::format("\"{}\" is neither a zip file nor an archive of pg_dump", path.string())
                                 : fmt::format("zip file \"{}\" is damaged: {}", path.string(), words);
  throw Error(Kind::damaged, what)
      .hint(
          "Was the file changed, or copied in part? A script that pg_dump did not write is no archive: psql -f loads "
          "it.")
      .object(path.string());
}

}  // namespace

std::string words_of(zip_error_t& error) {
  return zip_error_strerror(&error);
}

ZipPtr open_for_reading(const Fd& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail("read", path, errno);
  zip_error_t error;
  zip_error_init(&error);
  if (status.st_size == 0) {  // to libzip that is a zip file without entries
    zip_error_set(&error, ZIP_ER_NOZIP, 0);
    cannot_open(path, error);
  }
  auto reader = std::make_unique<PositionReader>(PositionReader{file.get(), static_cast<zip_uint64_t>(status.st_size)});
  zip_source_t* source = zip_source_function_create(act, reader.get(), &error);
  if (source == nullptr) cannot_open(path, error);
  static_cast<void>(reader.release());  // the source's from here on, freed by its ZIP_SOURCE_FREE
  ZipPtr zip(zip_open_from_source(source, ZIP_RDONLY, &error));
  if (zip == nullptr) {
    zip_source_free(source);
    cannot_open(path, error);
  }
  zip_error_fini(&error);
  return zip;
}

}  // namespace pgcoffer::store
