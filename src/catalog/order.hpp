#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

namespace pgcoffer::catalog {

struct Entry;
class Builder;

/// The rank of a kind: what comes first where dependencies leave it open. Unknown kinds come last before the rows.
[[nodiscard]] int kind_rank(const std::string& kind);

/// Which entry needs which, with two nodes more: the boundaries before and after the rows.
///
/// Everything of pre-data is needed by the first boundary, the rows need the first and are needed by the second, and
/// post-data needs the second; so a pre-data object that needs a post-data one makes a loop, like any other loop.
class Graph {
 public:
  explicit Graph(std::size_t entries) : needs_(entries + 2) {}

  [[nodiscard]] std::size_t size() const noexcept { return needs_.size(); }
  [[nodiscard]] std::size_t before_rows() const noexcept { return needs_.size() - 2; }
  [[nodiscard]] std::size_t after_rows() const noexcept { return needs_.size() - 1; }
  [[nodiscard]] const std::vector<std::size_t>& needs(std::size_t node) const { return needs_[node]; }

  /// Does nothing for a node that would need itself, and for what is known already.
  void add(std::size_t node, std::size_t needed);
  void remove(std::size_t node, std::size_t needed);
  [[nodiscard]] bool has(std::size_t node, std::size_t needed) const;

  /// One loop in each strongly connected part, as nodes of which each needs the next and the last the first; the
  /// shortest one through the part's first node. Empty when there is none.
  [[nodiscard]] std::vector<std::vector<std::size_t>> loops() const;

  /// All nodes, needed ones first; among those that are ready the one with the smallest `rank` first.
  /// Nodes of loops are left out.
  [[nodiscard]] std::vector<std::size_t> sorted(const std::vector<std::size_t>& rank) const;

 private:
  [[nodiscard]] std::vector<std::size_t> loop_through(std::size_t start, const std::vector<std::size_t>& part_of) const;
  [[nodiscard]] static std::uint64_t key(std::size_t node, std::size_t needed) {
    return std::uint64_t{node} << 32 | needed;
  }
  std::vector<std::vector<std::size_t>> needs_;
  static constexpr std::size_t few = 16;
  std::unordered_set<std::uint64_t>
      known_;  ///< the same of nodes that need many: the boundaries need nearly everything
};

/// Breaks all loops: by shell types, views of NULLs, constraints and defaults apart, definitions after the rows.
/// Throws Error(unsupported) naming the members of a loop that cannot be broken.
void break_loops(std::deque<Entry>& entries, Graph& graph);

}  // namespace pgcoffer::catalog
