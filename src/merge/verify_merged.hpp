#pragma once

#include <string>
#include <vector>

#include "archive/reader.hpp"
#include "merge/target.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/merge.hpp"

namespace pgcoffer::merging {

/// Reads the tables back, in the transaction that is open, and compares their rows with the archive's. Throws
/// Error(failed) naming one that differs. Returns a warning for each table that cannot be compared.
[[nodiscard]] std::vector<std::string> verify_merged(pg::Connection& connection,
                                                     const std::vector<const TargetTable*>& tables,
                                                     const archive::Reader& reader);

/// For modes that leave rows of their own in the tables: throws Error(failed) naming a table in which a row of its
/// staging table is not found as it is there. Returns a warning for each table that cannot be compared.
[[nodiscard]] std::vector<std::string> verify_staged(pg::Connection& connection,
                                                     const std::vector<const TargetTable*>& tables, MergeMode mode);

/// Whether the staging tables have the archive's rows as they are: a column of another type may round or cut a value,
/// which then is found in the table just so. Throws Error(failed) naming one that has not. Before rows are picked.
void verify_staging(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                    const archive::Reader& reader);

/// Marks rows of the staging tables whose keys the tables have; where there is a key. Of these the key must still be
/// there when it is verified.
void mark_rows_that_are_there(pg::Connection& connection, const std::vector<const TargetTable*>& tables);

}  // namespace pgcoffer::merging
