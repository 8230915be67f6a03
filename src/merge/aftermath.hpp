#pragma once

#include <string>
#include <vector>

#include "merge/apply.hpp"
#include "pgcoffer/merge.hpp"

/// What a merge leaves to be known: it changes rows of its tables, and what else depends on these is not its own.
namespace pgcoffer::merging {

/// REFRESH statements for materialized views, in their order, that show rows of the tables, also through views,
/// functions with SQL bodies and others of their kind. `changed` are names as SQL has them.
[[nodiscard]] std::vector<std::string> refresh_statements(pg::Connection& connection,
                                                          const std::vector<std::string>& changed);

/// How triggers are disabled: not at all, those of the tables one by one, or all (session_replication_role).
enum class Silence { none, each, all };
/// A warning that names the triggers of people that could act on rows that were changed; nothing where there are none.
[[nodiscard]] std::vector<std::string> acting_triggers(pg::Connection& connection,
                                                       const std::vector<MergeReport::Table>& tables, Silence silence);

}  // namespace pgcoffer::merging
