#pragma once

#include "archive/manifest.hpp"
#include "audit/report.hpp"

namespace pgcoffer::audit {

/// Adds the report on one database of a cluster to that on the cluster, each thing under the database's name.
void add_database(const archive::ArchivedDatabase& database, Report&& one, Report& all);

}  // namespace pgcoffer::audit
