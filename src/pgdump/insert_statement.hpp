#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "rows/buffer.hpp"

/// INSERT statements as pg_dump writes them (--inserts, --column-inserts, --rows-per-insert, --on-conflict-do-nothing):
/// values are literals, NULL, or DEFAULT for generated columns.
namespace pgcoffer::pgdump {

/// Cuts text into statements, at semicolons outside of quotes. `escapes`: in literals a backslash quotes what follows
/// it (standard_conforming_strings off).
class StatementCutter {
 public:
  explicit StatementCutter(bool escapes) : escapes_(escapes) {}
  void add(std::string_view text) { pending_ += text; }
  /// The next statement with its semicolon and without the blanks before it, valid until the next call; empty where
  /// none is complete.
  [[nodiscard]] std::string_view next();
  /// What stands behind the last statement.
  [[nodiscard]] std::string_view rest() const { return std::string_view(pending_).substr(start_); }

 private:
  [[nodiscard]] std::size_t end_of_statement();

  bool escapes_;
  std::string pending_;
  std::size_t start_ = 0, looked_at_ = 0;  ///< of the statement; how far its end has been looked for
  char quote_ = 0;                         ///< that `looked_at_` stands in
};

/// Reads one statement. Methods throw Error(damaged) for what pg_dump does not write.
class InsertStatement {
 public:
  InsertStatement(std::string_view statement, bool escapes);

  [[nodiscard]] const QualifiedName& table() const noexcept { return table_; }
  /// Empty where the statement names none.
  [[nodiscard]] const std::vector<std::string>& columns() const noexcept { return columns_; }

  struct Row {
    std::vector<bool> defaults;  ///< by value: DEFAULT, which has no place in `line`
    std::string line;            ///< COPY text
  };
  /// False behind the last row.
  [[nodiscard]] bool next(Row& row);

 private:
  void head();
  [[nodiscard]] std::string name();
  [[nodiscard]] bool accept(std::string_view word);
  void expect(std::string_view word);
  void blanks();
  void value(std::vector<bool>& defaults, rows::Buffer& line);
  [[nodiscard]] const std::string& literal(bool escapes);
  [[noreturn]] void unexpected() const;

  std::string_view left_;
  bool escapes_;
  bool without_values_ = false;  ///< DEFAULT VALUES: a table without columns
  bool ended_ = false;
  std::string literal_;
  QualifiedName table_;
  std::vector<std::string> columns_;
};

}  // namespace pgcoffer::pgdump
