#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "policy/checks.hpp"
#include "subset/graph.hpp"
#include "subset/keys.hpp"
#include "subset/roles.hpp"

namespace pgcoffer::subset {

/// Finds the rows to keep of every table whose role is `listed`:
///
/// 1. Rows that rules start with; then, round by round, what references rows of `child` and `both`, and what rows of
///    `both` and `parent` reference, each time from the rows that the last round found. This ends, since rows only
///    come.
/// 2. Of tables that are not reached but reference what is restricted: the rows that their own rules keep.
/// 3. Rows that reference what is left out go, where that is how missing parents are handled, until none goes any
///    more. Rows only go, so that the order does not matter: the result is the largest set that fulfils all foreign
///    keys.
class Fixpoint {
 public:
  Fixpoint(const Graph& graph, const Roles& roles, const policy::Outcome& outcome, KeySets& keys);

  void run();
  /// SQL for the kept rows of the check's table that reference none that is kept: columns r and t.
  [[nodiscard]] std::string violations(const Check& check) const;
  [[nodiscard]] KeySets& keys() const { return keys_; }
  /// Rows with which the rule of this leaf starts to follow; 0 where it does not.
  [[nodiscard]] std::uint64_t start_rows(std::size_t leaf) const { return start_rows_[leaf]; }

 private:
  void start();
  void grow();
  bool grow_down(const Edge& edge, Kind kind, int round);
  bool grow_up(const Edge& edge, int round);
  void settle();
  [[nodiscard]] std::string settled_rows(std::size_t table) const;
  void filter();
  [[nodiscard]] std::vector<const Check*> filters_of(std::size_t table) const;

  /// SQL to stand behind FROM: r, t and, as k0, k1, …, the columns, of these leaves of the table.
  [[nodiscard]] std::string from(std::size_t table, const std::vector<std::size_t>& leaves,
                                 const std::vector<std::string>& columns, bool by_own_rule) const;
  [[nodiscard]] std::string kept(std::size_t table, const std::vector<std::size_t>& leaves,
                                 const std::vector<std::string>& columns) const;
  [[nodiscard]] std::string condition(std::size_t leaf) const;

  const Graph& graph_;
  const Roles& roles_;
  const policy::Outcome& outcome_;
  KeySets& keys_;
  std::vector<std::uint64_t> start_rows_;
  std::vector<int> newest_child_, newest_both_, newest_parent_;  ///< the round in which such rows last came
  std::vector<bool> settled_;
};

}  // namespace pgcoffer::subset
