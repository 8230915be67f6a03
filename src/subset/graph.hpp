#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::subset {

/// A reference between tables that rows are dumped of. A partitioned table and its partitions are one table here, by
/// the index of the root; what a key of one partition says holds for its rows alone.
struct Edge {
  std::size_t from = 0, to = 0;       ///< catalog tables that the key is declared on
  std::size_t child = 0, parent = 0;  ///< the same, or their partition roots
  const catalog::ForeignKey* key = nullptr;
  bool declared = false;                           ///< by the policy: the database does not enforce it
  std::vector<std::string> operators, collations;  ///< by which each pair of columns is compared

  /// SQL: p.k0 = c.k0 AND …, where the referencing columns are counted from `first` on.
  [[nodiscard]] std::string match(std::string_view parent = "p", std::size_t first = 0) const;
};

/// The tables, and what references what.
class Graph {
 public:
  Graph(const catalog::Catalog& catalog, const policy::Verdicts& verdicts);

  [[nodiscard]] const std::vector<Edge>& edges() const { return edges_; }
  /// The tables with rows of their own that a table stands for: itself, or its partitions; those only whose rows are
  /// dumped.
  [[nodiscard]] const std::vector<std::size_t>& leaves(std::size_t table) const { return leaves_[table]; }
  /// The partition root, or the table itself.
  [[nodiscard]] std::size_t root(std::size_t table) const { return roots_[table]; }
  /// Every leaf of the table is dumped.
  [[nodiscard]] bool complete(std::size_t table) const { return complete_[table]; }
  /// The policy leaves out some leaf of the table with all rows. What options leave out is missed by intent.
  [[nodiscard]] bool cut(std::size_t table) const { return cut_[table]; }

  /// Asks the server by which operators the foreign keys compare.
  void read_operators(pg::Connection& connection);

 private:
  void find_leaves();
  void add_edge(std::size_t table, const catalog::ForeignKey& key, bool declared);
  [[nodiscard]] bool inherited(std::size_t table, const catalog::ForeignKey& key) const;
  [[nodiscard]] const std::size_t* find(catalog::Oid table) const;

  const catalog::Catalog& catalog_;
  const policy::Verdicts& verdicts_;
  std::unordered_map<catalog::Oid, std::size_t> by_oid_;
  std::vector<std::vector<std::size_t>> leaves_;
  std::vector<std::size_t> roots_;
  std::vector<bool> complete_, cut_;
  std::vector<Edge> edges_;
};

}  // namespace pgcoffer::subset
