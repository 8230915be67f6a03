#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rows/binary_form.hpp"
#include "rows/binary_wire.hpp"
#include "rows/buffer.hpp"

namespace pgcoffer::rows {

/// Makes of binary rows the lines that COPY would make of them as text in the sessions of a dump (binary_values.hpp).
/// For one thread.
class BinaryRowText {
 public:
  explicit BinaryRowText(std::vector<BinaryForm> forms);
  BinaryRowText(const BinaryRowText&) = delete;
  BinaryRowText& operator=(const BinaryRowText&) = delete;

  /// Appends the next row's line. False at the end of the rows. `limit`: up to here bytes may be read, though not
  /// meant. Throws Error(damaged) for bytes that are no row of these forms.
  [[nodiscard]] bool append(Wire& rows, const char* limit, Buffer& out);

  /// About what the line of this row takes: exact for bytea; numbers, dates and escapes may need more.
  [[nodiscard]] std::size_t expected_size(std::string_view row) const;
  /// Appends the line of one whole row; a large bytea goes to where it belongs without passing through other memory.
  void append(std::string_view row, std::string& out);

  /// Of the value that append() is at, or was when it threw.
  [[nodiscard]] std::size_t column() const noexcept { return column_; }

 private:
  [[nodiscard]] bool append_row(Wire& rows, const char* limit, Buffer& out, std::string* behind);
  void append_value(std::string_view value, const char* limit, Buffer& out);
  void append_literal(std::string_view value, Buffer& out);
  void append_large_bytea(std::string_view value, std::string& out);
  void flush(std::string& out);

  std::vector<BinaryForm> forms_;
  std::size_t column_ = 0;
  std::string literal_text_, line_text_;
  Buffer literal_;  ///< what may hold bytes that COPY escapes
  Buffer line_;     ///< of a single row, what is not in the text yet
};

}  // namespace pgcoffer::rows
