#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "catalog/model.hpp"
#include "policy/policy.hpp"
#include "policy/refusals.hpp"
#include "policy/sql_text.hpp"

namespace pgcoffer::policy {

/// Verdicts beside the tables they are about, with what several checks need to know of the whole catalog.
class Outcome {
 public:
  Outcome(const catalog::Catalog& whole, Verdicts& decided);

  const catalog::Catalog& catalog;
  Verdicts& verdicts;

  /// A foreign key that stays in the dump's schema or would without the policy; both ends are selected.
  struct Reference {
    const catalog::Table* from;
    const catalog::ForeignKey* key;
    std::size_t from_index, to_index;
  };

  [[nodiscard]] std::size_t index(const catalog::Table& table) const;
  [[nodiscard]] const catalog::Table* find(catalog::Oid table) const;
  /// The table itself, and for a partition all partitioned tables above it: what its rows are rows of.
  [[nodiscard]] const std::vector<std::size_t>& rows_of(std::size_t table) const { return rows_of_[table]; }
  /// The name that people know the table by: of partitions that of the topmost partitioned table.
  [[nodiscard]] const QualifiedName& known_name(std::size_t table) const {
    return catalog.tables[rows_of_[table].back()].name;
  }
  /// The table itself, or for a partitioned table its partitions, at any depth, that hold rows.
  [[nodiscard]] const std::vector<std::size_t>& holders(std::size_t table) const { return holders_[table]; }
  /// Enforced foreign keys to this table, as declared; those to partitioned tables above it are
  /// listed there.
  [[nodiscard]] const std::vector<Reference>& references_to(std::size_t table) const { return references_[table]; }
  /// All rows are dumped, as far as the policy says.
  [[nodiscard]] bool keeps_all(std::size_t table) const;
  /// Some rows are dumped, by policy and selection.
  [[nodiscard]] bool keeps_some(std::size_t table) const;
  /// The column becomes null, or is a generated one that surely does, since one that it is computed from becomes null.
  [[nodiscard]] bool becomes_null(std::size_t table, std::size_t column) const;
  /// True when columns of the rows' foreign key become null, so that it references nothing: one of them, or all of
  /// them with MATCH FULL.
  [[nodiscard]] bool nulled(const Reference& reference, std::size_t holder) const;
  /// The columns of the foreign key that on-missing-parent sets to null in this table: as ON DELETE SET NULL does,
  /// those that may be null. Throws Error(policy) where that cannot be.
  [[nodiscard]] std::vector<std::size_t> null_for_missing_parent(std::size_t holder,
                                                                 const catalog::ForeignKey& key) const;
  /// MATCH FULL: null all together or not at all.
  [[nodiscard]] bool matches_full(const catalog::Table& table, const catalog::ForeignKey& key) const;
  /// A column of the table that becomes null while others of this MATCH FULL foreign key do not.
  [[nodiscard]] std::optional<std::size_t> partly_null(std::size_t holder, const catalog::ForeignKey& key) const;
  /// The unique key takes two nulls for the same (NULLS NOT DISTINCT).
  [[nodiscard]] bool nulls_equal(const catalog::Table& table, const catalog::UniqueKey& key) const;
  /// Whether the expressions of a unique index name the column; true where its definition is not known.
  [[nodiscard]] bool mentions(const catalog::Table& table, const catalog::UniqueKey& key,
                              const catalog::Column& column) const;
  /// Whether the column alone makes the unique key's values different: expressions that name no other column.
  [[nodiscard]] bool only_expression(const catalog::Table& table, const catalog::UniqueKey& key,
                                     const catalog::Column& column) const;
  /// Whether the expressions of a unique index are made of whole values: `lower(email)`, not `left(email, 3)`.
  [[nodiscard]] bool whole_values(const catalog::Table& table, const catalog::UniqueKey& key) const;
  /// Whether the condition of a partial unique index names the column; true where its definition is not known.
  [[nodiscard]] bool conditional_on(const catalog::Table& table, const catalog::UniqueKey& key,
                                    const catalog::Column& column) const;
  /// Names of the table's exclusion constraints that name the column.
  [[nodiscard]] std::vector<std::string> exclusions(const catalog::Table& table, const catalog::Column& column) const;
  /// The column is part of the key by which its table, or one of the table's ancestors, is partitioned.
  [[nodiscard]] bool partitions_by(std::size_t table, const std::string& column) const;

 private:
  void trace_partitions();

  std::unordered_map<catalog::Oid, std::size_t> index_;
  std::vector<std::vector<std::size_t>> rows_of_, holders_;
  std::vector<std::vector<Reference>> references_;
  [[nodiscard]] std::vector<std::size_t> null_columns(std::size_t holder, const catalog::ForeignKey& key) const;
  [[nodiscard]] const catalog::Object* index_of(const catalog::Table& table, const catalog::UniqueKey& key) const;
  [[nodiscard]] std::optional<IndexNames> names(const catalog::Table& table, const catalog::UniqueKey& key) const;
  [[nodiscard]] bool special(const catalog::Table& table, const std::string& constraint) const;

  std::unordered_map<catalog::Oid, std::unordered_set<std::string>> partition_keys_;
  /// Constraints and indexes, as "oid of the table, name", whose definition says MATCH FULL or NULLS NOT DISTINCT.
  [[nodiscard]] const std::unordered_set<std::string>& special() const;
  mutable std::optional<std::unordered_set<std::string>> special_;  ///< looked for when first asked for
};

/// A value's place is left empty: set to null, or omitted without a default.
[[nodiscard]] bool leaves_null(const catalog::Column& column, const ColumnVerdict& verdict);

/// Names in the text of a partition key, `PARTITION BY RANGE (created_at, lower("Region"))`: columns and whatever else
/// stands there. For a caution that may only err by finding too many.
[[nodiscard]] std::unordered_set<std::string> identifiers(std::string_view sql);

/// Every refusal that follows from constraints, as policy.hpp lists them; adds warnings.
void check(Outcome& outcome, Refusals& refusals);

}  // namespace pgcoffer::policy
