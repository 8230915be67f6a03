#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/file.hpp"
#include "pgcoffer/error.hpp"
#include "store/workspace.hpp"

// How an archive gets its name.
//
//   nothing there:   rename, refusing to overwrite what may have come meanwhile
//   an archive:      swap the two names in one step (renameat2, RENAME_EXCHANGE: ext4, xfs, btrfs, tmpfs, overlayfs …),
//                    sync the parent folder, then remove the old one
//   … without swap:  (NFS, some FUSE) a file over a file is renamed over it, in one step. Otherwise the old archive is
//                    moved into the workspace and the new one out of it. Killed between these two steps, the next run
//                    for this target moves the old one back before it does anything else (Workspace::clear); until
//                    then it lies whole in TARGET.partial/replaced.
//
// A symbolic link at the target is an archive's name like any other: it is replaced, what it leads to stays.
//
// Not promised: that a reader who has an archive open while it is replaced finds all of its files.

namespace pgcoffer::store {
namespace {

namespace fs = std::filesystem;

/// The kernel or the file system does not know the flag.
bool not_supported(int error) {
  return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

[[noreturn]] void taken(const fs::path& path) {
  throw Error(Kind::exists, fmt::format("\"{}\" exists: it was made while the archive was written", path.string()))
      .hint("Choose another name, or replace it with --force.")
      .object(path.string());
}

void rename_or_fail(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return;
  if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) taken(to);
  fail("give the archive its name", to, errno);
}

/// For file systems where a rename cannot be told not to overwrite.
void rename_new_without_flag(const fs::path& made, const fs::path& target) {
  // A folder never overwrites a file or a folder that holds something.
  if (fs::is_directory(made)) return rename_or_fail(made, target);
  if (::link(made.c_str(), target.c_str()) == 0) return;  // the workspace's name for it goes with the workspace
  if (errno == EEXIST || occupied(target)) taken(target);
  rename_or_fail(made, target);
}

void rename_new(const fs::path& made, const fs::path& target) {
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno == EEXIST) {
    if (fs::is_directory(made) && is_empty_folder(target)) return rename_or_fail(made, target);
    taken(target);
  }
  if (!not_supported(errno)) fail("give the archive its name", target, errno);
  rename_new_without_flag(made, target);
}

void move_aside(const fs::path& made, const fs::path& target, const fs::path& aside) {
  if (::rename(target.c_str(), aside.c_str()) != 0) fail("replace", target, errno);
  if (::rename(made.c_str(), target.c_str()) == 0) return;
  const int error = errno;
  static_cast<void>(::rename(aside.c_str(), target.c_str()));
  fail("give the archive its name", target, error);
}

void rename_over(const fs::path& made, const fs::path& target, const fs::path& aside) {
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
  if (!not_supported(errno)) fail("replace", target, errno);
  if (fs::is_regular_file(made) && fs::is_regular_file(fs::symlink_status(target))) {
    return rename_or_fail(made, target);
  }
  move_aside(made, target, aside);
}

}  // namespace

void Workspace::publish(const fs::path& made, bool replace) {
  if (syncs()) sync_folder(folder_);
  const bool over = replace && occupied(target_.path) && !is_empty_folder(target_.path);
  if (over) {
    // Looked at again: hours may have passed, and what lies there now may be something else.
    if (!looks_like_archive(target_.path)) taken(target_.path);
    rename_over(made, target_.path, replaced_);
  } else {
    rename_new(made, target_.path);
  }
  if (!syncs()) return;
  keep_ = true;  // until the new name is durable, the old archive is not removed
  sync_folder(target_.parent);
  keep_ = false;
}

}  // namespace pgcoffer::store
