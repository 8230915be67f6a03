#pragma once

#include <functional>
#include <optional>
#include <string>

#include "archive/manifest.hpp"
#include "convert/input.hpp"
#include "rows/format.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer::converting {

/// Cuts the rows of one chunk into encoded parts. For one thread.
class TableCutter {
 public:
  /// Gets each part's text and its rows.
  using Put = std::function<void(std::string_view encoded, std::uint64_t rows)>;

  /// `part_size` 0: what is handed over at once is one part.
  TableCutter(const archive::Table& table, rows::Format format, std::uint64_t part_size, Put put);

  void add(const Rows& rows);
  /// Puts what is left.
  void finish();
  /// Of the rows so far; nothing once a row lacked columns.
  [[nodiscard]] const std::optional<rows::RowDigest>& digest() const noexcept { return digest_; }

 private:
  void add_lines(std::string_view lines, std::uint64_t rows);
  void add_sparse(const rows::SparseRows& rows);
  void flush();

  const archive::Table& table_;
  rows::Format format_;
  std::uint64_t part_size_;
  Put put_;
  std::vector<rows::Column> columns_;
  std::unique_ptr<rows::PartEncoder> encoder_;
  std::string block_, scratch_;
  std::string sparse_;  ///< encoded rows that lack columns: they go behind the others of their part
  std::uint64_t rows_ = 0;
  std::optional<rows::RowDigest> digest_ = rows::RowDigest();
};

}  // namespace pgcoffer::converting
