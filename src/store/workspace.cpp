#include "store/workspace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/file.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::store {
namespace {

namespace fs = std::filesystem;
constexpr const char* kLockName = ".pgcoffer-lock";

[[noreturn]] void in_use(const fs::path& folder, const Fd& lock) {
  std::array<char, 32> text{};
  const ssize_t size = read_up_to_at(lock.get(), text.data(), text.size(), 0);
  const std::string_view process(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  throw Error(Kind::exists, fmt::format("\"{}\" is in use by another run{}{}", folder.string(),
                                        process.empty() ? "" : ", process ", process))
      .hint("Wait for it to end, or write to another name.")
      .object(folder.string());
}

[[noreturn]] void not_ours(const fs::path& folder) {
  throw Error(Kind::exists, fmt::format("\"{}\" exists, and is not what a run of pgcoffer left over", folder.string()))
      .hint("The archive is made under that name first: move it away, or choose another name.")
      .object(folder.string());
}

bool is_folder(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// False when the file system knows no locks.
bool lock_or_refuse(const Fd& lock, const fs::path& folder) {
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) in_use(folder, lock);
    return false;
  }
  return true;
}

}  // namespace

Workspace::Workspace(Target target, Durability durability)
    : target_(std::move(target)), durability_(durability), folder_(target_.path) {
  folder_ += ".partial";
  lock_path_ = folder_ / kLockName;
  replaced_ = folder_ / "replaced";
  acquire();
}

Workspace::~Workspace() {
  if (keep_ || !clear()) return;
  ::unlink(lock_path_.c_str());
  ::rmdir(folder_.c_str());
}

void Workspace::acquire() {
  // Another run may remove its own folder between any two of our steps: then we begin anew.
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (try_acquire()) return;
  }
  fail("make folder", folder_, EBUSY);
}

bool Workspace::try_acquire() {
  const bool fresh = ::mkdir(folder_.c_str(), 0700) == 0;
  if (!fresh) {
    if (errno != EEXIST) fail("make folder", folder_, errno);
    if (!is_folder(folder_)) {
      if (!occupied(folder_)) return false;
      not_ours(folder_);
    }
    if (!occupied(lock_path_) && !is_empty_folder(folder_) && !occupied(lock_path_)) {
      if (!occupied(folder_)) return false;
      not_ours(folder_);
    }
  }
  Fd lock = open_at(AT_FDCWD, lock_path_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (!lock) {
    if (errno == ENOENT) return false;
    const int error = errno;
    if (fresh) ::rmdir(folder_.c_str());
    fail("create", lock_path_, error);
  }
  if (!lock_or_refuse(lock, folder_) && !fresh) in_use(folder_, lock);
  struct stat ours {
  }, named{};
  if (::fstat(lock.get(), &ours) != 0 || ::stat(lock_path_.c_str(), &named) != 0 || ours.st_ino != named.st_ino) {
    return false;  // its owner removed it before we had the lock
  }
  lock_ = std::move(lock);
  if (!fresh && !clear()) fail("empty", folder_, EBUSY);
  const std::string process = std::to_string(::getpid());
  if (::ftruncate(lock_.get(), 0) != 0 || ::pwrite(lock_.get(), process.data(), process.size(), 0) < 0) {
    const int error = errno;
    ::unlink(lock_path_.c_str());
    ::rmdir(folder_.c_str());
    fail("write", lock_path_, error);
  }
  return true;
}

/// False when something could not be removed: then the lock file stays too, as the mark that the folder is ours.
bool Workspace::clear() noexcept {
  std::error_code error;
  // A run that was killed between the two steps of replacing left the old archive here and nothing under its name.
  if (fs::exists(fs::symlink_status(replaced_, error)) && !fs::exists(fs::symlink_status(target_.path, error))) {
    fs::rename(replaced_, target_.path, error);
    if (error) return false;
  }
  for (auto entry = fs::directory_iterator(folder_, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::error_code failed;
    if (entry->path().filename() != kLockName) fs::remove_all(entry->path(), failed);
    if (failed) return false;
  }
  return !error;
}

}  // namespace pgcoffer::store
