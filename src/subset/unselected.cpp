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

/// The references along which one table's rows decide about another's.
std::set<std::size_t> deciding(const Graph& graph, const Roles& roles) {
  std::set<std::size_t> edges;
  for (const Check& check : roles.checks())
    if (check.handling == MissingParent::filter || check.handling == MissingParent::null) edges.insert(check.edge);
  for (std::size_t i = 0; i < graph.edges().size(); ++i) {
    const Edge& edge = graph.edges()[i];
    if (roles.of(edge.child).reached() && roles.of(edge.parent).reached()) edges.insert(i);
  }
  return edges;
}

}  // namespace

void refuse_unselected(const catalog::Catalog& all, policy::Verdicts& verdicts, const std::set<catalog::Oid>& rows_of) {
  const policy::Outcome outcome(all, verdicts);
  const Graph graph(all, verdicts);
  const Roles roles(graph, outcome);
  const Selected selected(all, graph, rows_of);
  for (const std::size_t index : deciding(graph, roles)) {
    const Edge& edge = graph.edges()[index];
    const bool child = selected.some(edge.child), parent = selected.some(edge.parent);
    const bool together = selected.whole(edge.child) && selected.whole(edge.parent);
    if (together || (!child && !parent)) continue;
    const std::size_t kept = child ? edge.child : edge.parent, other = child ? edge.parent : edge.child;
    throw policy::refusal(
        fmt::format("which rows of {} the policy keeps depends on {}, which is not selected, or not whole",
                    policy::table_name(all.tables[kept]), policy::table_name(all.tables[other])),
        "Select both with their rows, or neither.", verdicts.tables[kept].rule);
  }
}

}  // namespace pgcoffer::subset
