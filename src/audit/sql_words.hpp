#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::audit {

/// A word of an SQL statement as the server prints it: a name (unquoted), or one character of punctuation.
struct SqlWord {
  std::string text;
  bool quoted = false;  ///< a name in double quotes: no keyword

  [[nodiscard]] bool is(std::string_view keyword) const { return !quoted && text == keyword; }
};

/// Keywords stand as they are written: the server writes them in capitals, and names that look like them in quotes.
[[nodiscard]] std::vector<SqlWord> sql_words(std::string_view statement);

}  // namespace pgcoffer::audit
