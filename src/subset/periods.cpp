#include "subset/periods.hpp"

#include <algorithm>

#include "policy/rules.hpp"

namespace pgcoffer::subset {
namespace {

bool has_period(const catalog::Table& table) {
  return std::ranges::any_of(table.foreign_keys, &catalog::ForeignKey::period);
}

}  // namespace

void refuse_periods(const catalog::Catalog& catalog, const policy::Verdicts& verdicts, const Graph& graph,
                    const Roles& roles) {
  for (std::size_t i = 0; i < graph.edges().size(); ++i) {
    const Edge& edge = graph.edges()[i];
    const bool looked_at = std::ranges::any_of(roles.checks(), [&](const Check& check) { return check.edge == i; });
    const bool followed = roles.of(edge.child).reached() && roles.of(edge.parent).reached();
    if (!edge.key->period || (!looked_at && !followed)) continue;
    const std::string parent = policy::table_name(catalog.tables[edge.to]);
    const std::string child = policy::table_name(catalog.tables[edge.from]);
    throw policy::refusal("foreign key \"" + edge.key->name + "\" of " + child +
                              " has a PERIOD, rows cannot be chosen by such keys, and rows of " + parent +
                              " are left out",
                          "Keep all rows of " + parent + ", or leave out those of " + child + " (exclude-rows).",
                          verdicts.tables[edge.to].rule);
  }
}

void refuse_periods(const catalog::Catalog& catalog, const policy::Verdicts& verdicts) {
  if (std::ranges::none_of(catalog.tables, has_period)) return;
  policy::Verdicts own = verdicts;
  const policy::Outcome outcome(catalog, own);
  const Graph graph(catalog, own);
  refuse_periods(catalog, own, graph, Roles(graph, outcome));
}

}  // namespace pgcoffer::subset
