#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rows/binary_form.hpp"

namespace pgcoffer::rows {

/// How a part's rows are written.
enum class Format { sql, json, csv, binary };

/// What a JSON row does with a column's value; recorded in the manifest so that readers need no catalog.
enum class JsonKind {
  number,   ///< JSON number with all digits as the server wrote them; NaN, Infinity, -Infinity as strings
  boolean,  ///< true / false
  json,     ///< embedded; see schema/FORMAT.md for JSON null and text that cannot be embedded
  string,   ///< the server's text output
  number_array,
  boolean_array,
  string_array,  ///< JSON arrays of the above (nested for more dimensions); arrays with other lower bounds than 1 as
                 ///< strings
};

struct Column {
  std::string name;
  JsonKind kind = JsonKind::string;
  std::optional<BinaryForm> binary = std::nullopt;  ///< of its values in binary rows
};

[[nodiscard]] std::string_view to_string(Format format) noexcept;
/// How names of part files end: "sql", "jsonl", "csv", "bin".
[[nodiscard]] std::string_view extension(Format format) noexcept;
[[nodiscard]] std::string_view to_string(JsonKind kind) noexcept;
/// Of rows that are text: sql, json or csv. Throws Error(usage).
[[nodiscard]] Format parse_format(std::string_view text);
[[nodiscard]] JsonKind parse_json_kind(std::string_view text);  ///< throws Error(damaged)

/// Makes a part's text from the COPY text lines of one table (binary: from its binary rows). Stateless after
/// construction: safe from several threads.
class PartEncoder {
 public:
  virtual ~PartEncoder() = default;
  /// What stands before the first line of every part (sql: the COPY command); the reader puts it there.
  [[nodiscard]] virtual std::string_view prefix() const noexcept = 0;
  /// Bytes that encoding adds to each row, roughly: for cutting parts by their encoded size.
  [[nodiscard]] virtual std::size_t bytes_per_row() const noexcept = 0;
  /// `block` is prefix() and whole COPY text lines, each with its '\n'; afterwards it is the part's text. `scratch` is
  /// a buffer that is kept from part to part to save allocations; its content means nothing. Throws Error(failed) for
  /// values that the format cannot carry (json: text that is not UTF-8).
  virtual void finish(std::string& block, std::string& scratch) const = 0;
};

/// Rows that have values of some columns only: the others are to take their defaults.
struct SparseRows {
  std::vector<std::size_t> columns;  ///< which of the decoder's columns, ascending
  std::string lines;                 ///< COPY text lines of those columns
  std::uint64_t rows = 0;
};

/// Makes COPY text lines from a part's text. Stateless after construction: safe from several threads.
class PartDecoder {
 public:
  virtual ~PartDecoder() = default;
  /// The part's rows as COPY text lines in the order of the columns, each with '\n'; a view into `part` or `scratch`.
  /// Sets `rows`. Throws Error(damaged) naming the line when the text is not what the format says, or a row lacks a
  /// column.
  [[nodiscard]] std::string_view copy_lines(std::string_view part, std::string& scratch, std::uint64_t& rows) const {
    return read(part, scratch, rows, nullptr);
  }
  /// The same, with rows that lack columns (JSON rows only) put apart: into `sparse`, one element for each set of
  /// columns, in the order of their first rows. `rows` does not count them.
  [[nodiscard]] std::string_view copy_lines(std::string_view part, std::string& scratch, std::uint64_t& rows,
                                            std::vector<SparseRows>& sparse) const {
    sparse.clear();
    return read(part, scratch, rows, &sparse);
  }
  /// The line on which the n-th row with these columns (empty: with all) begins, for people who look into the part; n
  /// where a line is a row. 0 where there is none.
  [[nodiscard]] virtual std::uint64_t line_of(std::uint64_t n, std::string_view /*part*/,
                                              const std::vector<std::size_t>& /*columns*/) const {
    return n;
  }

 private:
  [[nodiscard]] virtual std::string_view read(std::string_view part, std::string& scratch, std::uint64_t& rows,
                                              std::vector<SparseRows>* sparse) const = 0;
};

/// `copy_target` is the quoted, qualified table with its column list as COPY wants it: `"public"."users" ("id",
/// "name")`.
[[nodiscard]] std::unique_ptr<PartEncoder> make_encoder(Format format, const std::string& copy_target,
                                                        const std::vector<Column>& columns);
[[nodiscard]] std::unique_ptr<PartDecoder> make_decoder(Format format, const std::vector<Column>& columns);

/// The header record that a part in CSV begins with.
[[nodiscard]] std::string csv_header(const std::vector<Column>& columns);

}  // namespace pgcoffer::rows
