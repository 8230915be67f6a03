#pragma once

#include "pg/connection.hpp"
#include "restore/selection.hpp"

namespace pgcoffer::restoring {

/// DROP TABLE takes the table's partitions along without a word. Throws Error(failed) naming those of the tables that
/// --clean drops which the archive does not have, and how many rows they hold.
void refuse_lost_partitions(pg::Connection& connection, const Selected& selected);

}  // namespace pgcoffer::restoring
