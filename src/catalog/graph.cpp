#include <algorithm>
#include <deque>
#include <limits>
#include <queue>

#include "catalog/order.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// Tarjan's algorithm, without recursion since chains of views may be long.
class Parts {
 public:
  explicit Parts(const Graph& graph)
      : graph_(graph), index_(graph.size(), none), low_(graph.size()), part_(graph.size(), none) {
    for (std::size_t node = 0; node < graph.size(); ++node)
      if (index_[node] == none) visit(node);
  }
  /// By node: the number of its strongly connected part.
  [[nodiscard]] const std::vector<std::size_t>& part_of() const { return part_; }

 private:
  struct Frame {
    std::size_t node, next;
  };

  void enter(std::size_t node) {
    index_[node] = low_[node] = count_++;
    open_.push_back(node);
    frames_.push_back({node, 0});
  }

  void visit(std::size_t start) {
    enter(start);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const std::size_t node = frame.node;
      if (frame.next < graph_.needs(node).size()) {
        const std::size_t needed = graph_.needs(node)[frame.next++];
        if (index_[needed] == none)
          enter(needed);
        else if (part_[needed] == none)
          low_[node] = std::min(low_[node], index_[needed]);
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
      if (low_[node] == index_[node]) close(node);
    }
  }

  void close(std::size_t root) {
    std::size_t node = none;
    do {
      node = open_.back();
      open_.pop_back();
      part_[node] = parts_;
    } while (node != root);
    ++parts_;
  }

  const Graph& graph_;
  std::vector<std::size_t> index_, low_, part_, open_;
  std::vector<Frame> frames_;
  std::size_t count_ = 0, parts_ = 0;
};

}  // namespace

bool Graph::has(std::size_t node, std::size_t needed) const {
  const auto& needs = needs_[node];
  return needs.size() > few ? known_.contains(key(node, needed)) : std::ranges::find(needs, needed) != needs.end();
}

void Graph::add(std::size_t node, std::size_t needed) {
  if (node == needed || has(node, needed)) return;
  auto& needs = needs_[node];
  needs.push_back(needed);
  if (needs.size() > few + 1) {
    known_.insert(key(node, needed));
  } else if (needs.size() == few + 1) {
    for (const std::size_t each : needs) known_.insert(key(node, each));
  }
}

void Graph::remove(std::size_t node, std::size_t needed) {
  auto& needs = needs_[node];
  if (needs.size() == few + 1)
    for (const std::size_t each : needs) known_.erase(key(node, each));
  known_.erase(key(node, needed));
  std::erase(needs, needed);
}

std::vector<std::size_t> Graph::loop_through(std::size_t start, const std::vector<std::size_t>& part_of) const {
  std::vector<std::size_t> came_from(size(), none);
  std::deque<std::size_t> open{start};
  while (!open.empty()) {
    const std::size_t node = open.front();
    open.pop_front();
    for (const std::size_t needed : needs_[node]) {
      if (part_of[needed] != part_of[start] || came_from[needed] != none) continue;
      came_from[needed] = node;
      open.push_back(needed);
      if (needed != start) continue;
      std::vector<std::size_t> loop;
      for (std::size_t at = node; at != start; at = came_from[at]) loop.push_back(at);
      loop.push_back(start);
      std::ranges::reverse(loop);
      return loop;
    }
  }
  return {};
}

std::vector<std::vector<std::size_t>> Graph::loops() const {
  const Parts parts(*this);
  const auto& part_of = parts.part_of();
  std::vector<std::size_t> members(size(), 0);
  for (const std::size_t part : part_of) ++members[part];
  std::vector<std::vector<std::size_t>> found;
  for (std::size_t node = 0; node < size(); ++node) {
    if (members[part_of[node]] < 2) continue;
    members[part_of[node]] = 0;
    found.push_back(loop_through(node, part_of));
  }
  return found;
}

std::vector<std::size_t> Graph::sorted(const std::vector<std::size_t>& rank) const {
  std::vector<std::vector<std::size_t>> needed_by(size());
  std::vector<std::size_t> missing(size());
  const auto later = [&rank](std::size_t a, std::size_t b) { return rank[a] > rank[b]; };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> ready(later);
  for (std::size_t node = 0; node < size(); ++node) {
    for (const std::size_t needed : needs_[node]) needed_by[needed].push_back(node);
    missing[node] = needs_[node].size();
    if (missing[node] == 0) ready.push(node);
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t node = ready.top();
    ready.pop();
    order.push_back(node);
    for (const std::size_t other : needed_by[node])
      if (--missing[other] == 0) ready.push(other);
  }
  return order;
}

}  // namespace pgcoffer::catalog
