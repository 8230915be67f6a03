#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "archive/manifest.hpp"
#include "pg/connection.hpp"
#include "rows/binary_lines.hpp"

namespace pgcoffer::restoring {

/// The table that the rows are loaded into.
[[nodiscard]] QualifiedName target_of(const archive::Table& table);

/// Whether the columns of `target` in the database take the bytes of the table's binary rows for the values that they
/// were. Where they do not, having become bigint after the dump perhaps, the rows can still be loaded as text.
[[nodiscard]] bool same_binary_columns(pg::Connection& connection, const QualifiedName& target,
                                       const archive::Table& table);

/// Remembers what is known of the tables that the rows are loaded into. Safe from several threads.
class BinaryColumns {
 public:
  [[nodiscard]] bool as_dumped(pg::Connection& connection, const archive::Table& table);
  /// What makes binary rows, as these columns take them, of the table's rows that are text; null where nothing would be
  /// won.
  [[nodiscard]] std::shared_ptr<const rows::BinaryLines> of_text(pg::Connection& connection,
                                                                 const archive::Table& table);
  /// The columns are others than those that `lines` was made for: to be asked behind the COPY, which holds a lock that
  /// keeps them until the transaction ends. Forgets then what of_text() knew.
  [[nodiscard]] bool changed(pg::Connection& connection, const archive::Table& table, const rows::BinaryLines& lines);

 private:
  std::mutex mutex_;
  std::map<const archive::Table*, bool> known_;
  std::map<const archive::Table*, std::shared_ptr<const rows::BinaryLines>> of_text_;
};

}  // namespace pgcoffer::restoring
