#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::plan {

/// Of the rules whose SQL stands in a table's statement, which the server does not understand: those whose SQL does
/// not work alone either. Empty where each works alone. Inside a transaction, which stays usable.
[[nodiscard]] std::vector<std::string> rules_to_blame(pg::Connection& connection, const catalog::Table& table,
                                                      const policy::TableVerdict& verdict);

}  // namespace pgcoffer::plan
