#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <utility>

namespace pgcoffer::store {

/// A file descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd();

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
  /// The result of close(2): some file systems report a failed write only here.
  [[nodiscard]] int close() noexcept;

 private:
  int fd_ = -1;
};

/// Throws Error `cannot WHAT "PATH": reason`: not_found, permission, exists or failed, after errno's value `error`.
/// A full disk gets a hint that names the folder.
[[noreturn]] void fail(std::string_view what, const std::filesystem::path& path, int error);

/// open(2) with O_CLOEXEC, again when a signal came between. Gives an empty Fd and errno on failure.
[[nodiscard]] Fd open_at(int folder, const char* name, int flags, mode_t mode = 0) noexcept;
/// The same, throwing fail(what).
[[nodiscard]] Fd open_file(const std::filesystem::path& path, int flags, std::string_view what, mode_t mode = 0);

/// Writes everything, whatever signals and short writes come between.
void write_all(const Fd& file, std::string_view bytes, const std::filesystem::path& path);
/// Reads up to `size` bytes; fewer only at the end of the file. -1 with errno on failure.
[[nodiscard]] ssize_t read_up_to(int fd, char* buffer, std::size_t size) noexcept;
/// The same at an offset, which leaves the descriptor's own position alone (for several threads).
[[nodiscard]] ssize_t read_up_to_at(int fd, char* buffer, std::size_t size, off_t offset) noexcept;

void sync_file(const Fd& file, const std::filesystem::path& path);
/// Closes a file that was written to.
void close_written(Fd& file, const std::filesystem::path& path);

}  // namespace pgcoffer::store
