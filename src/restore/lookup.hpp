#pragma once

#include <set>
#include <string>
#include <vector>

#include "archive/toc.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::restoring {

/// Which of these exist in the database, by entry id. Those of kinds that cannot be looked up by name count as
/// existing.
[[nodiscard]] std::set<int> existing(pg::Connection& connection, const std::vector<const archive::TocEntry*>& entries);

/// False for kinds without a name of their own, and constraints that have no index.
[[nodiscard]] bool can_be_looked_up(const archive::TocEntry& entry);

/// True for what has a name that only one can have, and no place among others that are there before a restore.
[[nodiscard]] bool must_be_new(const archive::TocEntry& entry);

/// ALTER TABLE partition DISABLE TRIGGER: of one that comes from a table above.
[[nodiscard]] bool is_state_of_trigger(const archive::TocEntry& entry);

/// "TABLE public.t", "TRIGGER g of public.t"
[[nodiscard]] std::string describe(const archive::TocEntry& entry);

}  // namespace pgcoffer::restoring
