#include "store/sync.hpp"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/file.hpp"

namespace pgcoffer::store {
namespace {

constexpr std::size_t kFewEnough = 64;

bool syncfs_reports_errors() {
  utsname system{};
  int major = 0, minor = 0;
  if (::uname(&system) != 0 || std::sscanf(system.release, "%d.%d", &major, &minor) != 2) return false;
  return major > 5 || (major == 5 && minor >= 8);
}

}  // namespace

LaterSync::LaterSync(const std::filesystem::path& folder)
    : root_(folder), root_fd_(open_file(folder, O_RDONLY | O_DIRECTORY, "open folder")) {}

void LaterSync::add_file(std::filesystem::path path) {
  const std::scoped_lock lock(mutex_);
  files_.push_back(std::move(path));
}

void LaterSync::add_folder(std::filesystem::path path) {
  const std::scoped_lock lock(mutex_);
  folders_.push_back(std::move(path));
}

void LaterSync::sync() {
  const std::scoped_lock lock(mutex_);
  if (files_.size() + folders_.size() <= kFewEnough || !syncfs_reports_errors()) return sync_each();
  if (::syncfs(root_fd_.get()) == 0) return;
  if (errno != ENOSYS && errno != EINVAL) fail("sync", root_, errno);
  sync_each();
}

void LaterSync::sync_each() {
  for (const auto& path : files_) {
    const Fd file = open_file(path, O_RDONLY, "sync");
    static_cast<void>(::sync_file_range(file.get(), 0, 0, SYNC_FILE_RANGE_WRITE));  // only sets the writing going
  }
  for (const auto& path : files_) sync_file(open_file(path, O_RDONLY, "sync"), path);
  for (const auto& path : folders_) sync_folder(path);
  sync_folder(root_);
}

}  // namespace pgcoffer::store
