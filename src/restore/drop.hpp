#pragma once

#include <vector>

#include "archive/drops.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::restoring {

/// Drops, in this order, what a restore with --clean makes anew. Throws Error naming the object that cannot be dropped.
class Dropper {
 public:
  explicit Dropper(const std::vector<archive::Drop>& drops) : drops_(drops) {}

  /// In the transaction that is open.
  void run(pg::Connection& connection);
  /// Some hundred in a transaction of their own: each takes locks until its end.
  void run_in_steps(pg::Connection& connection, std::size_t objects_per_transaction);
  /// How many are gone for good; all of them that run() dropped count.
  [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }

 private:
  const std::vector<archive::Drop>& drops_;
  std::size_t dropped_ = 0;
};

}  // namespace pgcoffer::restoring
