#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "archive/toc.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/restore.hpp"
#include "restore/journal.hpp"
#include "restore/selection.hpp"

namespace pgcoffer::restoring {

/// Makes schema objects, many in one message to the server. Safe from several threads.
class SchemaMaker {
 public:
  using Warn = std::function<void(const std::string&)>;

  /// `may_lack_references`: the archive holds some tables only; a foreign key to one that is not there is left out,
  /// with a warning.
  SchemaMaker(const RestoreOptions& options, bool may_lack_references, const Journal* journal, Warn warn);

  /// In one transaction of their own, or as a part of the one that is open. Where one of them fails, those before it
  /// are made all the same, unless a transaction was open. `made` grows with each that is there. Throws Error naming
  /// the object.
  void make(pg::Connection& connection, const Entries& all, std::atomic<std::uint64_t>& made) const;
  /// The same, in a transaction of their own, unless a lock that somebody else holds has to be waited for longer than
  /// `patience`. False: nothing has been done.
  [[nodiscard]] bool try_to_make(pg::Connection& connection, const Entries& all, std::chrono::milliseconds patience,
                                 std::atomic<std::uint64_t>& made) const;
  /// One that does the same without warnings.
  [[nodiscard]] SchemaMaker silent() const;

 private:
  [[nodiscard]] Entries missing(const Entries& all) const;
  [[nodiscard]] std::string statements(const Entries& entries) const;
  enum class Outcome : std::uint8_t { made, left_out, failed, barred };
  [[nodiscard]] Outcome make_together(pg::Connection& connection, const Entries& entries,
                                      std::chrono::milliseconds patience) const;
  [[nodiscard]] Outcome make_one(pg::Connection& connection, const archive::TocEntry& entry,
                                 std::chrono::milliseconds patience) const;
  [[nodiscard]] bool may_be_left_out(const archive::TocEntry& entry) const;

  [[nodiscard]] std::string record(const Entries& entries) const;

  archive::ScriptOptions script_;
  bool may_lack_references_, rehearsal_;
  const Journal* journal_;  ///< null without
  Warn warn_;
};

}  // namespace pgcoffer::restoring
