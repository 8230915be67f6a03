#pragma once

#include <optional>
#include <string>
#include <vector>

#include "archive/reader.hpp"
#include "base/text.hpp"
#include "pg/connection.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer::merging {

/// Tables of an archive whose rows went into one table: mostly one. Into a partitioned table
/// (--load-via-partition-root) those of all its partitions did, and may lie in others now.
using Sources = std::vector<const archive::Table*>;

/// Reads tables back in the transaction that is open, to see whether they have the archive's rows.
class RowCheck {
 public:
  /// Sets the session up as that of the dump, until the end of the transaction: values are then written in the same
  /// way.
  RowCheck(const archive::Reader& reader, pg::Connection& connection);

  /// Whether `target` has the rows of `sources`, and no others. Nothing where that cannot be told, since rows of the
  /// archive lack columns.
  [[nodiscard]] std::optional<bool> same(const QualifiedName& target, const Sources& sources);

 private:
  [[nodiscard]] bool same_in_binary(const QualifiedName& target, const Sources& sources,
                                    const std::vector<std::string>& columns);
  [[nodiscard]] std::optional<std::string> archived(const Sources& sources, const std::vector<std::string>& columns);
  [[nodiscard]] bool add(const archive::Table& table, const std::vector<std::string>& columns, rows::RowDigest& digest);

  const archive::Reader& reader_;
  pg::Connection& connection_;
};

}  // namespace pgcoffer::merging
