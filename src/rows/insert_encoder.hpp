#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rows/format.hpp"

namespace pgcoffer::rows {

/// How INSERT statements are written; as pg_dump writes them.
struct InsertStyle {
  bool column_names = false;
  bool overriding = false;  ///< OVERRIDING SYSTEM VALUE: an identity column gets values
  bool on_conflict_do_nothing = false;
  std::uint64_t rows = 1;  ///< in one statement
};

/// Makes INSERT statements of COPY text lines, for one table and thread.
class InsertEncoder {
 public:
  /// `table` is its qualified and quoted name; `columns` are those of the lines, in order.
  InsertEncoder(const std::string& table, const std::vector<Column>& columns, const InsertStyle& style);

  /// Appends the row of a line, which ends with '\n'; ends the statement when it has its rows.
  void add(std::string_view line, std::string& out);
  /// Ends a statement that lacks rows.
  void end(std::string& out);

 private:
  void add_values(std::string_view line, std::string& out);

  std::vector<JsonKind> kinds_;
  std::string beginning_, ending_;
  std::uint64_t rows_, in_statement_ = 0;
  std::string value_;
};

}  // namespace pgcoffer::rows
