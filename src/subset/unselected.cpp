#include "subset/unselected.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policy/rules.hpp"
#include "subset/roles.hpp"

namespace pgcoffer::subset {
namespace {

using policy::MissingParent;

class Selected {
 public:
  Selected(const catalog::Catalog& all, const Graph& graph, const std::set<catalog::Oid>& rows_of)
      : all_(all), graph_(graph), rows_of_(rows_of) {}

  [[nodiscard]] bool some(std::size_t table) const {
    return std::ranges::any_of(graph_.leaves(table), [this](std::size_t leaf) { return has(leaf); });
  }
  [[nodiscard]] bool whole(std::size_t table) const {
    return std::ranges::all_of(graph_.leaves(table), [this](std::size_t leaf) { return has(leaf); });
  }

 private:
  [[nodiscard]] bool has(std::size_t leaf) const { return rows_of_.contains(all_.tables[leaf].oid); }

  const catalog::Catalog& all_;
  const Graph& graph_;
  const std::set<catalog::Oid>& rows_of_;
};

/// How one table's rows decide about another's along a reference.
enum class Decides : char { not_at_all, for_children, both_ways };

std::vector<Decides> deciding(const Graph& graph, const Roles& roles) {
  std::vector<Decides> edges(graph.edges().size(), Decides::not_at_all);
  for (const Check& check : roles.checks()) {
    if (check.handling == MissingParent::filter || check.handling == MissingParent::null)
      edges[check.edge] = Decides::for_children;
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const Edge& edge = graph.edges()[i];
    if (roles.of(edge.child).reached() && roles.of(edge.parent).reached()) edges[i] = Decides::both_ways;
  }
  return edges;
}

}  // namespace

void refuse_unselected(const catalog::Catalog& all, policy::Verdicts& verdicts, const std::set<catalog::Oid>& rows_of) {
  const policy::Outcome outcome(all, verdicts);
  const Graph graph(all, verdicts);
  const Roles roles(graph, outcome);
  const Selected selected(all, graph, rows_of);
  const std::vector<Decides> decides = deciding(graph, roles);
  for (std::size_t i = 0; i < decides.size(); ++i) {
    const Edge& edge = graph.edges()[i];
    if (decides[i] == Decides::not_at_all) continue;
    const bool both = decides[i] == Decides::both_ways;
    const bool child = selected.some(edge.child), parent = selected.some(edge.parent);
    const bool known = selected.whole(edge.parent) && (!both || selected.whole(edge.child));
    if (known || (!child && !(both && parent))) continue;
    const std::size_t kept = child ? edge.child : edge.parent, other = child ? edge.parent : edge.child;
    throw policy::refusal(
        fmt::format("which rows of {} the policy keeps depends on {}, which is not selected, or not whole",
                    policy::table_name(all.tables[kept]), policy::table_name(all.tables[other])),
        "Select both with their rows, or neither.", verdicts.tables[kept].rule);
  }
}

}  // namespace pgcoffer::subset
