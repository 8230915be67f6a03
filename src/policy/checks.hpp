#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// Verdicts beside the tables they are about, with what several checks need to know of the whole catalog.
class Outcome {
 public:
  Outcome(const catalog::Catalog& catalog, Verdicts& verdicts);

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
  /// The table itself, or for a partitioned table its partitions that hold rows.
  [[nodiscard]] const std::vector<std::size_t>& holders(std::size_t table) const { return holders_[table]; }
  /// Enforced foreign keys to this table, as declared; those to its partition root are listed there.
  [[nodiscard]] const std::vector<Reference>& references_to(std::size_t table) const { return references_[table]; }
  /// All rows are dumped, as far as the policy says.
  [[nodiscard]] bool keeps_all(std::size_t table) const;
  /// Some rows are dumped, by policy and selection.
  [[nodiscard]] bool keeps_some(std::size_t table) const;
  /// True when the rows' foreign key has a column that becomes null, so that it references nothing.
  [[nodiscard]] bool nulled(const Reference& reference, std::size_t holder) const;
  /// The column is part of the key by which its table, or one of the table's ancestors, is partitioned.
  [[nodiscard]] bool partitions_by(std::size_t table, const std::string& column) const;

 private:
  std::unordered_map<catalog::Oid, std::size_t> index_;
  std::vector<std::vector<std::size_t>> holders_;
  std::vector<std::vector<Reference>> references_;
  std::unordered_map<catalog::Oid, std::unordered_set<std::string>> partition_keys_;
};

/// Names in the text of a partition key, `PARTITION BY RANGE (created_at, lower("Region"))`: columns and whatever else
/// stands there. For a caution that may only err by finding too many.
[[nodiscard]] std::unordered_set<std::string> identifiers(std::string_view sql);

/// Every refusal that follows from constraints, as policy.hpp lists them; adds warnings. Throws Error(policy).
void check(Outcome& outcome);

}  // namespace pgcoffer::policy
