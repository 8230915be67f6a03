#pragma once

#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "pg/connection.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer::merging {

/// The settings of the session that dumped, until the end of the transaction: values are then written in the same way.
void write_as_archived(pg::Connection& connection, const archive::Manifest& manifest);

/// Of these columns of the rows that are there. `table` as SQL has it, perhaps with ONLY.
[[nodiscard]] rows::RowDigest digest_of(pg::Connection& connection, const std::string& table,
                                        const std::vector<std::string>& columns);

}  // namespace pgcoffer::merging
