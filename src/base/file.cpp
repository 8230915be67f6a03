#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "pgcoffer/error.hpp"

namespace pgcoffer {
namespace {

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& path, int error) {
  const Kind kind = error == ENOENT                     ? Kind::not_found
                    : error == EACCES || error == EPERM ? Kind::permission
                    : error == EEXIST                   ? Kind::exists
                                                        : Kind::failed;
  std::string hint;
  if (error == ENOSPC || error == EDQUOT) hint = "The disk is full: make room, or write to another place.";
  throw Error(kind, fmt::format("cannot {} \"{}\": {}", what, path.string(), std::generic_category().message(error)))
      .hint(std::move(hint))
      .object(path.string());
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags, unsigned mode, std::string_view what)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {
    if (fd_ < 0) fail(what, path, errno);
  }
  ~Descriptor() { static_cast<void>(close()); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  int close() {
    const int result = fd_ >= 0 ? ::close(fd_) : 0;
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

void write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("write", path, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY, 0, "read");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail("read", path, errno);
  if (S_ISDIR(status.st_mode)) fail("read", path, EISDIR);
  std::string bytes;
  bytes.resize(static_cast<std::size_t>(status.st_size));
  std::size_t size = 0;
  for (;;) {
    if (size == bytes.size()) bytes.resize(size + 65536);
    const ssize_t got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0) {
      if (errno == EINTR) continue;
      fail("read", path, errno);
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

std::string read_option_file(const std::filesystem::path& path, std::uint64_t most) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode)) {
    const std::string name = "cannot read \"" + path.string() + "\": ";
    if (!S_ISREG(status.st_mode))
      throw Error(Kind::usage, name + "it is not an ordinary file").hint("Write it to a file first.");
    if (static_cast<std::uint64_t>(status.st_size) > most)
      throw Error(Kind::usage, fmt::format("{}it has {} MiB, and no more than {} are read", name,
                                           static_cast<std::uint64_t>(status.st_size) >> 20U, most >> 20U))
          .hint("Is the path right?");
  }
  return read_option_file(path);
}

std::string read_option_file(const std::filesystem::path& path) {
  try {
    return read_file(path);
  } catch (const Error& error) {
    if (error.kind() == Kind::permission) throw;
    throw Error(Kind::usage, error.message()).hint("Is the path right?").object(error.object());
  }
}

void write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL, mode, "create");
  write_all(file.get(), bytes, path);
  if (::fsync(file.get()) != 0) fail("sync", path, errno);
  if (file.close() != 0) fail("close", path, errno);
}

void replace_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
  std::filesystem::path beside = path;
  beside += ".new";
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  try {
    write_file(beside, bytes, mode);
    if (::rename(beside.c_str(), path.c_str()) != 0) fail("replace", path, errno);
  } catch (...) {
    std::filesystem::remove(beside, ignored);
    throw;
  }
  sync_folder(path.parent_path());
}

void sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path name = folder.empty() ? "." : folder;
  const Descriptor file(name, O_RDONLY | O_DIRECTORY, 0, "open folder");
  // Some network file systems cannot sync folders and say EINVAL; there is nothing more to be had there.
  if (::fsync(file.get()) != 0 && errno != EINVAL) fail("sync folder", name, errno);
}

std::string read_secret_file(const std::filesystem::path& path) {
  std::string text = read_option_file(path);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace pgcoffer
