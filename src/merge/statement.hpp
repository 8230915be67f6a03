#pragma once

#include <string>
#include <vector>

#include "merge/target.hpp"
#include "pgcoffer/merge.hpp"

namespace pgcoffer::merging {

/// One statement for all tables, whose foreign keys are then looked at when it ends: whatever order or circle they
/// form, they only have to be right afterwards. Deletes everything before it updates, and updates before it inserts, so
/// that values of unique columns are free when they are taken. Its result has three columns for each table: rows
/// deleted, updated, inserted; then three more with how many each had to be, 0 where no trigger could keep one out
/// (TargetTable::before_triggers).
[[nodiscard]] std::string merge_statement(const std::vector<const TargetTable*>& tables, MergeMode mode);

/// Conditions over the table (alias t) and its staging table (alias s). That they are the same row:
[[nodiscard]] std::string same_key(const TargetTable& table);
/// That what it holds differs: by the bytes first, which is cheap, then by what people see, since the same value may be
/// stored in two ways.
[[nodiscard]] std::string differs(const std::vector<std::string>& columns);
/// That it cannot be updated, but has to be made anew (TargetTable::fixed()); empty where that is never so.
[[nodiscard]] std::string made_anew(const TargetTable& table);

/// What follows SELECT … FROM to get the rows of the staging table, with all columns, of which the table has not as
/// many.
[[nodiscard]] std::string lost_whole_rows(const TargetTable& table);

/// The same for rows that the table has not, or with other values in these columns of it.
[[nodiscard]] std::string lost_rows(const TargetTable& table, const std::vector<std::string>& columns);

/// Modes after which a table has the archive's rows only.
[[nodiscard]] bool exchanges_all_rows(MergeMode mode);
/// Modes that ask which rows of the archive the table has.
[[nodiscard]] bool tells_rows_apart(MergeMode mode);
/// Those among them that can do without a key: whole rows are then compared.
[[nodiscard]] bool can_compare_whole_rows(MergeMode mode);

/// Whether rows that archive and table both have get the archive's values.
[[nodiscard]] bool overwrites_rows(const TargetTable& table, MergeMode mode);

}  // namespace pgcoffer::merging
