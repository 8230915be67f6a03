#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "pgcoffer/error.hpp"
#include "pgcoffer/restore.hpp"

namespace pgcoffer::restoring {

/// The databases of an archive that holds a whole cluster (Manifest::databases): each is made and restored, those that
/// every server has get contents and properties.
class DatabasesRestore {
 public:
  DatabasesRestore(const archive::Manifest& manifest, const RestoreOptions& options, Progress& progress,
                   std::stop_token stop, RestoreReport& report);

  /// Looks whether all of them can be opened and made; changes nothing, and fills in the plan. Throws Error: damaged
  /// (an archive that does not belong here), wrong_key, exists.
  void check();
  /// One after another; the error says of which database it is, and which are done.
  void run();

 private:
  void check_archives() const;
  void check_target() const;
  [[nodiscard]] RestoreOptions options_for(const archive::ArchivedDatabase& database) const;
  [[nodiscard]] Error explained(std::size_t failed, const Error& error) const;
  void add(const archive::ArchivedDatabase& database, const RestoreReport& one);

  const archive::Manifest& manifest_;
  const RestoreOptions& options_;
  Progress& progress_;
  std::stop_token stop_;
  RestoreReport& report_;
};

}  // namespace pgcoffer::restoring
