#pragma once

#include <string>
#include <vector>

#include "pg/connection.hpp"

namespace pgcoffer::restoring {

/// Rows whose values the sequences behind a table's columns must not give again.
struct RowsBehind {
  pg::Oid table = 0;
  std::string from;                  ///< where the rows are, as SQL has it
  std::vector<std::string> columns;  ///< that they have
};

/// Moves the sequences behind integer columns (owned, identity, in a default) beyond the rows. They never go back.
void advance_sequences(pg::Connection& connection, const std::vector<RowsBehind>& rows);

}  // namespace pgcoffer::restoring
