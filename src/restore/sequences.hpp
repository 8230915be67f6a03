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
  std::string there;     ///< the table before, as SQL has it: rows whose numbers it has are not new; or empty
  bool all_new = false;  ///< though it has them: all are inserted anew
};

struct SequenceMove {
  std::string sequence;  ///< as SQL has it
  std::string last;      ///< number that a row has
  bool up = true;        ///< it ascends
  bool at_end = false;   ///< the sequence has no number behind that
};

/// Where the sequences behind integer columns (owned, identity of the table or one above, in a default) have to stand
/// behind the rows. Changes nothing.
[[nodiscard]] std::vector<SequenceMove> find_sequence_moves(pg::Connection& connection,
                                                            const std::vector<RowsBehind>& rows);

/// Moves them there; they never go back. Returns a warning for those that are at their end then.
[[nodiscard]] std::vector<std::string> advance_sequences(pg::Connection& connection,
                                                         const std::vector<SequenceMove>& moves);

}  // namespace pgcoffer::restoring
