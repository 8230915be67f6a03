#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pg/connection.hpp"

namespace pgcoffer::restoring {

/// Rows of those of the tables (quoted names) that this role may count, foreign tables not among them; none of their
/// partitions and children.
[[nodiscard]] std::map<std::string, std::uint64_t> count_rows(pg::Connection& connection,
                                                              const std::vector<std::string>& tables);

}  // namespace pgcoffer::restoring
