#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.hpp"
#include "catalog/selection.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::catalog {

/// What the patterns of a selection stand for in this database.
struct Named {
  std::set<QualifiedName> tables, excluded_tables, without_rows;  ///< of all kinds, views and sequences too
  std::set<pg::Oid> extensions, excluded_extensions;
  std::set<std::string> foreign_servers;  ///< whose tables are dumped with their rows
  std::vector<std::string> warnings;      ///< of patterns that match nothing that could be left out
};

/// Looks the patterns up, each list once. `schemas` are all of the database. Throws Error(usage) naming the first
/// pattern of what is asked for that matches nothing.
[[nodiscard]] Named find_named(pg::Connection& connection, const Selection& selection,
                               const std::unordered_map<pg::Oid, std::string>& schemas);

}  // namespace pgcoffer::catalog
