#include "store/posix.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "pgcoffer/error.hpp"

namespace pgcoffer::store {
namespace {

/// Calls until no signal comes between.
template <class Call>
auto uninterrupted(Call&& call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

Kind kind_of(int error) {
  switch (error) {
    case ENOENT:
      return Kind::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return Kind::permission;
    case EEXIST:
      return Kind::exists;
    default:
      return Kind::failed;
  }
}

std::string hint_for(const std::filesystem::path& path, int error) {
  if (error == ENOSPC || error == EDQUOT) {
    return fmt::format("There is no room left in \"{}\": make room there, or write to another place.",
                       path.parent_path().string());
  }
  if (error == EFBIG) return "The file system, or a limit (see: ulimit -f), allows no larger file.";
  return "";
}

}  // namespace

Fd::~Fd() {
  static_cast<void>(close());
}

int Fd::close() noexcept {
  // Never repeated after EINTR: on Linux the descriptor is gone by then, and may already be another thread's.
  const int result = fd_ >= 0 ? ::close(fd_) : 0;
  fd_ = -1;
  return result;
}

void fail(std::string_view what, const std::filesystem::path& path, int error) {
  throw Error(kind_of(error),
              fmt::format("cannot {} \"{}\": {}", what, path.string(), std::generic_category().message(error)))
      .hint(hint_for(path, error))
      .object(path.string());
}

Fd open_at(int folder, const char* name, int flags, mode_t mode) noexcept {
  return Fd(uninterrupted([&] { return ::openat(folder, name, flags | O_CLOEXEC, mode); }));
}

Fd open_file(const std::filesystem::path& path, int flags, std::string_view what, mode_t mode) {
  Fd file = open_at(AT_FDCWD, path.c_str(), flags, mode);
  if (!file) fail(what, path, errno);
  return file;
}

void write_all(const Fd& file, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = uninterrupted([&] { return ::write(file.get(), bytes.data(), bytes.size()); });
    if (written < 0) fail("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

ssize_t read_up_to(int fd, char* buffer, std::size_t size) noexcept {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = uninterrupted([&] { return ::read(fd, buffer + done, size - done); });
    if (got < 0) return -1;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(done);
}

ssize_t read_up_to_at(int fd, char* buffer, std::size_t size, off_t offset) noexcept {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got =
        uninterrupted([&] { return ::pread(fd, buffer + done, size - done, offset + static_cast<off_t>(done)); });
    if (got < 0) return -1;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(done);
}

void sync_file(const Fd& file, const std::filesystem::path& path) {
  if (uninterrupted([&] { return ::fsync(file.get()); }) != 0) fail("sync", path, errno);
}

void close_written(Fd& file, const std::filesystem::path& path) {
  if (file.close() != 0 && errno != EINTR) fail("close", path, errno);
}

}  // namespace pgcoffer::store
