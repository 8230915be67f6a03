#include "plan/data_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

// Tarjan's algorithm gives the strongly connected components of "references" in reverse topological order: a component
// comes out after everything it points at, which is just the order in which rows must be loaded. It is written with an
// explicit stack, since chains of foreign keys may be thousands of tables long.

namespace pgcoffer::plan {
namespace {

using Graph = std::vector<std::vector<std::size_t>>;

Graph references(const std::vector<catalog::Table>& tables) {
  std::unordered_map<catalog::Oid, std::vector<std::size_t>> holders;  // a root's partitions hold its rows
  for (std::size_t i = 0; i < tables.size(); ++i) {
    holders[tables[i].oid].push_back(i);
    if (tables[i].partition_root != 0) holders[tables[i].partition_root].push_back(i);
  }
  Graph graph(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i) {
    std::set<std::size_t> targets;
    for (const catalog::ForeignKey& key : tables[i].foreign_keys) {
      const auto found = holders.find(key.referenced);
      if (found != holders.end()) targets.insert(found->second.begin(), found->second.end());
    }
    targets.erase(i);
    graph[i].assign(targets.begin(), targets.end());
  }
  return graph;
}

class Components {
 public:
  explicit Components(const Graph& graph) : graph_(graph), state_(graph.size()) {
    for (std::size_t i = 0; i < graph.size(); ++i) {
      if (state_[i].index == 0) visit(i);
    }
  }
  [[nodiscard]] const std::vector<std::vector<std::size_t>>& result() const { return components_; }

 private:
  struct State {
    std::size_t index = 0, low = 0, next_edge = 0;
    bool on_stack = false;
  };

  void enter(std::size_t node) {
    state_[node].index = state_[node].low = ++counter_;
    state_[node].on_stack = true;
    stack_.push_back(node);
    path_.push_back(node);
  }

  void visit(std::size_t start) {
    enter(start);
    while (!path_.empty()) {
      const std::size_t node = path_.back();
      State& state = state_[node];
      if (state.next_edge < graph_[node].size()) {
        const std::size_t target = graph_[node][state.next_edge++];
        if (state_[target].index == 0) {
          enter(target);
        } else if (state_[target].on_stack) {
          state.low = std::min(state.low, state_[target].index);
        }
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) state_[path_.back()].low = std::min(state_[path_.back()].low, state.low);
      if (state.low == state.index) leave_component(node);
    }
  }

  void leave_component(std::size_t root) {
    std::vector<std::size_t> members;
    std::size_t member = 0;
    do {
      member = stack_.back();
      stack_.pop_back();
      state_[member].on_stack = false;
      members.push_back(member);
    } while (member != root);
    std::ranges::sort(members);
    components_.push_back(std::move(members));
  }

  const Graph& graph_;
  std::vector<State> state_;
  std::vector<std::size_t> stack_, path_;
  std::vector<std::vector<std::size_t>> components_;
  std::size_t counter_ = 0;
};

}  // namespace

DataOrder data_order(const std::vector<catalog::Table>& tables) {
  DataOrder order;
  const Graph graph = references(tables);
  const Components components(graph);
  for (const std::vector<std::size_t>& members : components.result()) {
    order.tables.insert(order.tables.end(), members.begin(), members.end());
    if (members.size() < 2) continue;
    std::vector<std::string> names;
    for (const std::size_t member : members) names.push_back(display_name(tables[member].name));
    order.cycles.push_back(join(names, ", "));
  }
  return order;
}

}  // namespace pgcoffer::plan
