#pragma once

#include <string>
#include <vector>

#include "archive/manifest.hpp"

namespace pgcoffer::review {

/// What became of a table or column from one set of verdicts to another.
struct Change {
  enum class What { added, removed, changed };
  What what = What::changed;
  std::string object;                 ///< public.users, public.users.email, "pseudonym key"
  std::string before, after;          ///< verdicts, with what they are told: "where deleted_at IS NULL"
  std::string reason_before, reason;  ///< why, where a rule says so
};

/// What is to be compared: of an archive, or of a policy on a database.
struct VerdictSet {
  std::vector<archive::Table> tables;
  std::string pseudonym_key;  ///< identifier of the key that made pseudonyms; empty of a policy, which has none
};

/// In the order of the names. Where two archives have pseudonyms of different keys, that stands first.
[[nodiscard]] std::vector<Change> compare_verdicts(const VerdictSet& before, const VerdictSet& after);

}  // namespace pgcoffer::review
