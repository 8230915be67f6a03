#pragma once

#include <string>

#include "pg/connection.hpp"
#include "restore/selection.hpp"

namespace pgcoffer::restoring {

/// The first thing, for people, that the database lacks of a selection: an object, as far as objects can be looked up
/// by name, or a table's rows, of which there must be as many as in the archive. Empty: it has all.
[[nodiscard]] std::string first_missing(pg::Connection& connection, const Selected& selected);

/// True where a restore of the selection has not made anything yet: no relation, type or function of it is there, no
/// large object, and no row in tables that it fills without making them.
[[nodiscard]] bool has_nothing_of(pg::Connection& connection, const Selected& selected);

}  // namespace pgcoffer::restoring
