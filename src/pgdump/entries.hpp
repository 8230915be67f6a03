#pragma once

#include <string>

#include "pgdump/contents.hpp"

/// What single entries of an archive of pg_dump tell by themselves.
namespace pgcoffer::pgdump {

/// What our archives call it: operators with their operands, operator classes and families with their access method,
/// as statements have it.
[[nodiscard]] std::string name_of(const Entry& entry);

/// SQL that gives the entry's object to its owner, as pg_restore makes it; empty where the kind has none.
[[nodiscard]] std::string owner_sql(const Entry& entry);

/// A partitioned table, whose rows are its partitions'.
[[nodiscard]] bool is_partitioned(const Entry& entry);

/// Large objects come with the rows, and what is said of them as well: without rows they are not there.
[[nodiscard]] bool is_of_large_objects(const Entry& entry);

}  // namespace pgcoffer::pgdump
