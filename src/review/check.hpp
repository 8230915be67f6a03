#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "policy/policy.hpp"
#include "review/live_database.hpp"

namespace pgcoffer::review {

/// What a policy does to a foreign key.
struct ForeignKeyEffect {
  std::string table, name, references;
  std::string effect;  ///< one sentence
  std::optional<std::uint64_t>
      missing;  ///< kept rows that reference rows left out; counted on request, where it can be
};

struct RowCount {
  std::uint64_t rows = 0, kept = 0;
};

/// What a policy does to a database, and what stands against it.
struct Check {
  std::string policy;
  bool strict = false;
  std::vector<archive::Table> tables;           ///< with the verdicts, as a manifest has them
  std::vector<std::optional<RowCount>> counts;  ///< one for each of the tables, on request
  std::vector<policy::Refusal> refusals;        ///< empty: a dump with this policy can be made
  std::vector<std::string> uncovered;           ///< tables and columns that no rule decides
  std::vector<ForeignKeyEffect> foreign_keys;   ///< those that the policy is not without effect on
  std::vector<std::string> warnings, after_restore;
};

/// Looks at everything a dump would look at before its first row. `counts`: rows are counted, which reads the tables.
/// Throws what reading a policy and a catalog throws; refusals are in the result.
[[nodiscard]] Check check_policy(LiveDatabase& database, const policy::Policy& policy, bool counts);

}  // namespace pgcoffer::review
