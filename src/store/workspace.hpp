#pragma once

#include <filesystem>

#include "store/names.hpp"
#include "store/posix.hpp"
#include "store/store.hpp"

namespace pgcoffer::store {

/// The folder `TARGET.partial`, in which an archive is made before it gets its name.
///
///     TARGET.partial/.pgcoffer-lock   locked (flock) as long as its process lives
///     TARGET.partial/…                what is being made; renamed to TARGET when it is whole
///     TARGET.partial/replaced         the old archive, for a moment, where two names cannot be swapped in one step
///
/// A folder whose lock nobody holds is the left-over of a run that was killed, and is emptied. One without the lock
/// file is somebody else's and is refused. The folder goes when the object does, with what is still in it.
class Workspace {
 public:
  /// Throws Error: exists (in use, or not ours), permission, failed.
  Workspace(Target target, Durability durability);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] const Target& target() const noexcept { return target_; }
  [[nodiscard]] bool syncs() const noexcept { return durability_ == Durability::synced; }

  /// Gives `made`, which lies in the folder and is synced if the workspace is, the target's name, and makes that
  /// durable, too.
  /// With `replace`, an archive there is swapped with it, and goes with the workspace: at every moment the target's
  /// name is borne by the old archive or by the new one (see publish.cpp for file systems that cannot swap).
  void publish(const std::filesystem::path& made, bool replace);

 private:
  void acquire();
  bool try_acquire();
  bool clear() noexcept;

  Target target_;
  Durability durability_;
  std::filesystem::path folder_, lock_path_, replaced_;
  Fd lock_;
  bool keep_ = false;  ///< the folder may hold the only durable archive
};

}  // namespace pgcoffer::store
