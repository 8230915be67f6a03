#include "cluster/of_database.hpp"

#include <fmt/format.h>

namespace pgcoffer::cluster {

Error of_database(std::string_view database_name, const Error& error) {
  return Error(error.kind(), fmt::format("database \"{}\": {}", database_name, error.message()))
      .hint(error.hint())
      .sqlstate(error.sqlstate())
      .object(error.object());
}

}  // namespace pgcoffer::cluster
