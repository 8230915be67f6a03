#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {

/// The same error, saying which table's rows could not be read and what may be done about it. `rules` are those of the
/// policy whose SQL was computed for the rows: with such the server's message is shown without values.
[[nodiscard]] Error table_error(const Error& found, std::string_view table, const std::vector<std::string>& rules = {});

/// Runs an action on a table's rows; what it throws says so.
template <class Action>
void with_table(std::string_view table, Action action, const std::vector<std::string>& rules = {}) {
  try {
    action();
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    throw table_error(error, table, rules);
  }
}

}  // namespace pgcoffer::dumping
