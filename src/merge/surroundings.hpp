#pragma once

#include "merge/target.hpp"
#include "restore/sequences.hpp"

namespace pgcoffer::merging {

/// Whether this role may set session_replication_role.
[[nodiscard]] bool may_silence_triggers(pg::Connection& connection);

/// Triggers that do not fire while rows are merged. By session_replication_role where this role may set it, which
/// stops foreign keys, too (they are checked afterwards); else one by one, which an owner may.
class SilentTriggers {
 public:
  SilentTriggers(pg::Connection& connection, const std::vector<const TargetTable*>& tables);
  /// Makes everything as it was; a rollback does, too.
  void restore();
  [[nodiscard]] bool foreign_keys_too() const noexcept { return replica_; }

 private:
  pg::Connection& connection_;
  bool replica_ = false;
  std::string enable_;
};

/// Throws Error(failed) naming the first foreign key of, or to, the tables that some row breaks. Those that are NOT
/// VALID were broken before.
void check_foreign_keys(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                        const std::vector<ForeignKey>& keys);

/// Where the sequences behind columns of the tables have to stand behind the rows in the staging tables, where some of
/// their numbers are not in the tables yet. `all_new`: or rows with the same numbers give way to them.
[[nodiscard]] std::vector<restoring::SequenceMove> find_sequence_moves(pg::Connection& connection,
                                                                       const std::vector<const TargetTable*>& tables,
                                                                       bool all_new);

/// Tables that would be emptied, too, since they reference the tables over any number of steps, by keys that are
/// enforced.
[[nodiscard]] std::vector<pg::Oid> referencing(const std::vector<const TargetTable*>& tables,
                                               const std::vector<ForeignKey>& keys);

}  // namespace pgcoffer::merging
