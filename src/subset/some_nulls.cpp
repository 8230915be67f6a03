#include "subset/some_nulls.hpp"

#include <algorithm>

#include "pgcoffer/error.hpp"
#include "subset/roles.hpp"

namespace pgcoffer::subset {
namespace {

using policy::MissingParent;

/// Nothing where they cannot become null: that is refused where rows are looked at, if any misses its parent.
std::vector<std::size_t> nulls_of(const policy::Outcome& outcome, std::size_t table, const catalog::ForeignKey& key) {
  try {
    return outcome.null_for_missing_parent(table, key);
  } catch (const Error& error) {
    if (error.kind() != Kind::policy) throw;
    return {};
  }
}

}  // namespace

plan::SomeNulls some_nulls(const catalog::Catalog& catalog, const policy::Verdicts& verdicts) {
  plan::SomeNulls found;
  // Few policies say it, and all that follows looks at every table.
  if (std::ranges::none_of(verdicts.tables,
                           [](const auto& table) { return table.on_missing_parent == MissingParent::null; }))
    return found;
  policy::Verdicts own = verdicts;
  const policy::Outcome outcome(catalog, own);
  const Graph graph(catalog, own);
  const Roles roles(graph, outcome);
  for (const Check& check : roles.checks()) {
    if (check.handling != MissingParent::null) continue;
    for (const std::size_t table : check.leaves)
      for (const std::size_t column : nulls_of(outcome, table, *graph.edges()[check.edge].key))
        found[table].insert(column);
  }
  return found;
}

}  // namespace pgcoffer::subset
