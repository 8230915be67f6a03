#include "subset/left_behind.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "policy/large_objects.hpp"
#include "policy/row_types.hpp"
#include "subset/roles.hpp"

namespace pgcoffer::subset {
namespace {

/// The tables of which some rows may be left out, as the rules and the references alone tell.
std::vector<bool> of_some_rows(const catalog::Catalog& catalog, const policy::Verdicts& verdicts) {
  std::vector<bool> some(catalog.tables.size());
  const bool whole = std::ranges::all_of(verdicts.tables, [](const policy::TableVerdict& table) {
    return table.action == policy::TableAction::keep && !table.filtered() && !table.on_missing_parent;
  });
  // Most policies, and all that follows looks at every table.
  if (whole && !verdicts.follow()) return some;
  policy::Verdicts own = verdicts;
  const policy::Outcome outcome(catalog, own);
  const Graph graph(catalog, own);
  const Roles roles(graph, outcome);
  for (std::size_t i = 0; i < some.size(); ++i) some[i] = roles.of(graph.root(i)).restricted;
  return some;
}

}  // namespace

void warn_of_left_behind(const catalog::Catalog& catalog, policy::Verdicts& verdicts) {
  const std::vector<bool> some = of_some_rows(catalog, verdicts);
  // Of partitions, some are told by the name of their root.
  std::set<std::string> seen;
  for (const auto& told :
       {policy::told_by_row_types(catalog, verdicts, some), policy::told_by_large_objects(catalog, verdicts, some)})
    for (const std::string& warning : told)
      if (seen.insert(warning).second) verdicts.warnings.push_back(warning);
}

}  // namespace pgcoffer::subset
