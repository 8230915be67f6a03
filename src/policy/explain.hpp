#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// Which rules speak of a table's rows or of a column, which of them decides, and why the others do not.
struct Explanation {
  struct Rule {
    std::string action, reason;
    std::string place;    ///< "policy.json, line 3, column 5"
    std::string outcome;  ///< "decides", or why it does not
  };
  std::string object;  ///< public.users.email
  std::string verdict, how, reason, after_restore;
  std::string decided_by;              ///< a rule's place or a built-in policy; empty where nothing decides
  std::vector<Rule> rules;             ///< best first
  std::vector<std::string> detectors;  ///< those of schema/POLICY.md that find it
};

/// Of the rows of table number `index`, or of the column where one is given. `resolution` is examine()'s of the same.
[[nodiscard]] Explanation explain(const Policy& policy, const catalog::Catalog& catalog, const Resolution& resolution,
                                  std::size_t index, std::optional<std::size_t> column);

}  // namespace pgcoffer::policy
