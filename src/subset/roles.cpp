#include "subset/roles.hpp"

#include <algorithm>
#include <array>

namespace pgcoffer::subset {

using policy::Follow;
using policy::MissingParent;

Roles::Roles(const Graph& graph, const policy::Outcome& outcome)
    : graph_(graph), outcome_(outcome), roles_(outcome.catalog.tables.size()) {
  for (std::size_t i = 0; i < roles_.size(); ++i)
    if (graph.root(i) == i) start(i);
  reach();
  restrict();
  collect_checks();
}

bool Roles::nothing_to_do() const {
  return checks_.empty() && std::ranges::none_of(roles_, &Role::listed);
}

void Roles::start(std::size_t table) {
  Role& role = roles_[table];
  role.restricted = graph_.cut(table);
  for (const std::size_t leaf : graph_.leaves(table)) {
    const policy::TableVerdict& verdict = outcome_.verdicts.tables[leaf];
    role.child = role.child || verdict.follow == Follow::children;
    role.both = role.both || verdict.follow == Follow::both;
    role.parent = role.parent || verdict.follow == Follow::parents;
    role.restricted = role.restricted || verdict.filtered();
  }
}

void Roles::reach() {
  for (bool changed = true; changed;) {
    changed = false;
    const auto set = [&](bool& flag, bool to) {
      changed = changed || (to && !flag);
      flag = flag || to;
    };
    for (const Edge& edge : graph_.edges()) {
      Role &child = roles_[edge.child], &parent = roles_[edge.parent];
      set(child.child, parent.child);
      set(child.both, parent.both);
      set(parent.parent, child.both || child.parent);
    }
  }
  for (Role& role : roles_) {
    role.followed = role.listed = role.reached();
    role.restricted = role.restricted || role.reached();
  }
}

/// Rows that reference what is left out are left out too, and so on.
void Roles::restrict() {
  bool changed = true;
  while (changed) {
    changed = false;
    for (const Edge& edge : graph_.edges()) changed = restrict(edge) || changed;
  }
}

bool Roles::restrict(const Edge& edge) {
  const Role& parent = roles_[edge.parent];
  Role& child = roles_[edge.child];
  if (!parent.restricted) return false;
  const Role before = child;
  for (const std::size_t leaf : graph_.leaves(edge.from)) {
    if (!concerned(edge, leaf)) continue;
    const MissingParent what = handling(edge, leaf);
    child.listed = child.listed || what == MissingParent::filter || what == MissingParent::null;
    if (what != MissingParent::filter) continue;
    child.restricted = true;
    child.followed = child.followed || parent.followed;
  }
  return child.listed != before.listed || child.restricted != before.restricted || child.followed != before.followed;
}

void Roles::collect_checks() {
  constexpr std::array kinds{MissingParent::filter, MissingParent::null, MissingParent::leave, MissingParent::error};
  for (std::size_t i = 0; i < graph_.edges().size(); ++i) {
    const Edge& edge = graph_.edges()[i];
    if (!roles_[edge.parent].restricted) continue;
    for (const MissingParent kind : kinds) {
      Check check{i, kind, {}};
      for (const std::size_t leaf : graph_.leaves(edge.from))
        if (concerned(edge, leaf) && handling(edge, leaf) == kind) check.leaves.push_back(leaf);
      if (!check.leaves.empty()) checks_.push_back(std::move(check));
    }
  }
}

MissingParent Roles::handling(const Edge& edge, std::size_t leaf) const {
  const policy::TableVerdict& verdict = outcome_.verdicts.tables[leaf];
  if (verdict.on_missing_parent) return *verdict.on_missing_parent;
  const bool along = roles_[edge.parent].followed && verdict.follow == Follow::no;
  return along ? MissingParent::filter : MissingParent::error;
}

/// What the policy sets to null references nothing.
bool Roles::concerned(const Edge& edge, std::size_t leaf) const {
  const auto& tables = outcome_.catalog.tables;
  return !outcome_.nulled({&tables[edge.from], edge.key, edge.from, edge.to}, leaf);
}

}  // namespace pgcoffer::subset
