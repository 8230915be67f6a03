#pragma once

#include <mutex>
#include <set>
#include <string>

namespace pgcoffer::store {

/// What has been put into a sink, and whether all of it arrived: an archive of which a file could not be written is
/// not committed, whatever the caller made of the error. Safe from several threads.
class Ledger {
 public:
  /// Throws Error(failed) for a name that leads out of the archive, or that was put before.
  void begin(const std::string& name);
  void end(const std::string& name);
  /// Throws Error(failed) naming a file that began and did not end.
  void require_complete() const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string> names_, open_;
};

}  // namespace pgcoffer::store
