#pragma once

#include <map>
#include <mutex>

#include "archive/manifest.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::restoring {

/// Whether the columns of `target` in the database take the bytes of the table's binary rows for the values that they
/// were. Where they do not, having become bigint after the dump perhaps, the rows can still be loaded as text.
[[nodiscard]] bool same_binary_columns(pg::Connection& connection, const QualifiedName& target,
                                       const archive::Table& table);

/// Remembers it of the tables that the rows are loaded into. Safe from several threads.
class BinaryColumns {
 public:
  [[nodiscard]] bool as_dumped(pg::Connection& connection, const archive::Table& table);

 private:
  std::mutex mutex_;
  std::map<const archive::Table*, bool> known_;
};

}  // namespace pgcoffer::restoring
