#pragma once

#include <map>
#include <mutex>

#include "archive/manifest.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::restoring {

/// Whether the columns of tables in the database take the bytes of binary rows for the values that they were. Where
/// they do not, having become bigint after the dump perhaps, the rows can still be loaded as text. Safe from several
/// threads.
class BinaryColumns {
 public:
  [[nodiscard]] bool as_dumped(pg::Connection& connection, const archive::Table& table);

 private:
  std::mutex mutex_;
  std::map<const archive::Table*, bool> known_;
};

}  // namespace pgcoffer::restoring
