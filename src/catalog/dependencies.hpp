#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "pg/result.hpp"

namespace pgcoffer::catalog {

/// One row of pg_depend: an object (whole, columns included) and what it needs.
struct Dependency {
  Oid class_oid, oid, needed_class, needed_oid;
  char kind;  ///< pg_depend.deptype
};

/// pg_depend as far as the order of objects needs it: without what belongs to an extension ('e'), what initdb made, and
/// parts that no entry stands for (internal triggers, the row types of relations). Members of operator families count
/// as their family.
[[nodiscard]] std::vector<Dependency> read_dependencies(const pg::Result& rows);
/// The query that gives these rows.
[[nodiscard]] std::string dependencies_query();

}  // namespace pgcoffer::catalog
