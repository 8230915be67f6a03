#pragma once

#include <set>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "pg/connection.hpp"
#include "restore/selection.hpp"

namespace pgcoffer::restoring {

/// What of a restore is committed, in the target itself (schema pgcoffer_restore): each item is recorded in the
/// transaction that makes it, so that a restore that was stopped anywhere can go on without making anything twice.
class Journal {
 public:
  /// `selected` before it is fitted to the target: the same archive and options make the same journal.
  Journal(const archive::Manifest& manifest, const Selected& selected, const RestoreOptions& options);

  /// Throws Error(exists) when the database holds a journal: for restores that do not go on with that.
  static void refuse_unfinished(pg::Connection& connection);
  /// The same when somebody else was quicker. `needed` came along with the selection.
  void start(pg::Connection& connection, const Entries& needed);
  /// Waits some seconds for the end of the earlier restore's sessions, whose last statements may still run on the
  /// server, and reads what they have done. Throws Error: exists (they go on), not_found (no journal), usage (of
  /// another archive or other options).
  void resume(pg::Connection& connection);
  /// Every connection of the restore: holds up resume() while it lives.
  static void join(pg::Connection& connection);
  /// True for what came along when the restore began; after resume().
  [[nodiscard]] bool needed(const archive::TocEntry& entry) const;

  [[nodiscard]] bool has(const std::string& item) const { return done_.contains(item); }
  [[nodiscard]] std::size_t size() const noexcept { return done_.size(); }
  /// The statement that records items; empty when the journal has been removed.
  [[nodiscard]] std::string record(const std::vector<std::string>& items) const;
  void remove(pg::Connection& connection);

  [[nodiscard]] static std::string item(const archive::TocEntry& entry);
  [[nodiscard]] static std::string item(const archive::LargeObject& object);
  [[nodiscard]] static std::string item(const archive::Part& part);

 private:
  std::string run_;
  std::set<std::string> done_;
  bool removed_ = false;
};

}  // namespace pgcoffer::restoring
