#pragma once

#include "archive/fields.hpp"
#include "archive/json_text.hpp"
#include "cluster/globals.hpp"

namespace pgcoffer::archive {

/// Roles, memberships, tablespaces … in JSON; schema/FORMAT.md describes every field.
void write_globals(ObjectText& out, const cluster::Globals& globals);
[[nodiscard]] cluster::Globals read_globals(const Fields& fields);

}  // namespace pgcoffer::archive
