#include "dump/unselected.hpp"

#include "catalog/read.hpp"
#include "dump/selection.hpp"
#include "subset/unselected.hpp"

namespace pgcoffer::dumping {
namespace {

bool selects_tables(const catalog::Selection& selection) {
  return !selection.tables.empty() || !selection.exclude_tables.empty() || !selection.exclude_table_data.empty() ||
         !selection.schemas.empty() || !selection.exclude_schemas.empty() || !selection.extensions.empty() ||
         !selection.unlogged_rows;
}

}  // namespace

void refuse_undone_subset(pg::Connection& connection, const DumpOptions& options, const policy::Policy& policy,
                          const std::set<catalog::Oid>& rows_of) {
  const catalog::Selection selected = selection(options);
  if (options.policy.empty() || !selected.rows || !selects_tables(selected)) return;
  catalog::Selection whole;
  whole.foreign_data = selected.foreign_data;
  whole.large_objects = whole.privileges = whole.locked = false;
  const catalog::Catalog all = catalog::read_catalog(connection, whole);
  policy::Resolution resolved = policy::examine(policy, all);
  subset::refuse_unselected(all, resolved.verdicts, rows_of);
}

}  // namespace pgcoffer::dumping
