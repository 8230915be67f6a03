#pragma once

#include "archive/fields.hpp"
#include "cluster/globals.hpp"

namespace pgcoffer::archive {

/// Roles, memberships, tablespaces … in JSON; schema/FORMAT.md describes every field.
[[nodiscard]] nlohmann::ordered_json globals_json(const cluster::Globals& globals);
[[nodiscard]] cluster::Globals read_globals(const Fields& fields);

}  // namespace pgcoffer::archive
