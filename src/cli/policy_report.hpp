#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "policy/explain.hpp"
#include "review/check.hpp"
#include "review/compare.hpp"

namespace pgcoffer::cli {

/// What the commands of `pgcoffer policy` print, for people on standard output and as JSON.
void print_check(const review::Check& check);
void print_explanation(const policy::Explanation& explanation);
void print_changes(const std::vector<review::Change>& changes);

[[nodiscard]] nlohmann::ordered_json to_json(const review::Check& check);
[[nodiscard]] nlohmann::ordered_json to_json(const policy::Explanation& explanation);
[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<review::Change>& changes);

}  // namespace pgcoffer::cli
