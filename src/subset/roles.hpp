#pragma once

#include <vector>

#include "policy/checks.hpp"
#include "policy/policy.hpp"
#include "subset/graph.hpp"

namespace pgcoffer::subset {

/// One reference whose rows may miss their parents, and what is done with them; of those leaves of the referencing
/// table for which this is said.
struct Check {
  std::size_t edge = 0;
  policy::MissingParent handling = policy::MissingParent::error;
  std::vector<std::size_t> leaves;
};

/// What happens to a table's rows, decided from the rules and the references alone.
struct Role {
  bool child = false;       ///< some of its rows start or are followed to, as Follow::children
  bool both = false;        ///< the same, as Follow::both
  bool parent = false;      ///< what its rows reference comes along
  bool restricted = false;  ///< some of its rows may be left out
  bool followed = false;    ///< they are left out because of a rule that follows foreign keys
  bool listed = false;      ///< its rows are found one by one

  /// Only those rows are kept that are reached from where rules start.
  [[nodiscard]] bool reached() const { return child || both || parent; }
};

class Roles {
 public:
  Roles(const Graph& graph, const policy::Outcome& outcome);

  [[nodiscard]] const Role& of(std::size_t table) const { return roles_[table]; }
  [[nodiscard]] const std::vector<Check>& checks() const { return checks_; }
  /// Neither rows nor references have to be looked at.
  [[nodiscard]] bool nothing_to_do() const;

 private:
  void start(std::size_t table);
  void reach();
  void restrict();
  bool restrict(const Edge& edge);
  void collect_checks();
  [[nodiscard]] policy::MissingParent handling(const Edge& edge, std::size_t leaf) const;
  [[nodiscard]] bool concerned(const Edge& edge, std::size_t leaf) const;

  const Graph& graph_;
  const policy::Outcome& outcome_;
  std::vector<Role> roles_;  ///< one for each of the catalog's tables; those of partitions are the root's
  std::vector<Check> checks_;
};

}  // namespace pgcoffer::subset
