#include "dump/table_error.hpp"

#include <fmt/format.h>

namespace pgcoffer::dumping {

Error table_error(const Error& error, std::string_view table) {
  std::string hint = error.hint();
  if (error.kind() == Kind::permission) {
    hint = fmt::format("Grant SELECT on it to the role that dumps, or leave it out with --exclude-table '{}'.", table);
  }
  return Error(error.kind(), fmt::format("cannot read table \"{}\": {}", table, error.message()))
      .hint(std::move(hint))
      .sqlstate(error.sqlstate())
      .object(std::string(table));
}

}  // namespace pgcoffer::dumping
