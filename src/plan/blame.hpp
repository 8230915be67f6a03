#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::plan {

/// The query (SELECT list FROM table …) with something of the row in its list, so that the server refuses aggregate
/// functions, which would make one row of all.
[[nodiscard]] std::string beside_row(std::string_view query);

/// Of the rules whose SQL stands in a table's statement, which the server does not understand: those whose SQL does
/// not work alone either. Empty where each works alone. Inside a transaction, which stays usable.
[[nodiscard]] std::vector<std::string> rules_to_blame(pg::Connection& connection, const catalog::Table& table,
                                                      const policy::TableVerdict& verdict);

}  // namespace pgcoffer::plan
