#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "archive/reader.hpp"
#include "audit/report.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::audit {

struct Options {
  std::optional<policy::Policy> policy;  ///< which the archive's verdicts are held against
  bool personal_data = false;            ///< personal data is a finding, whatever the policy
  /// Findings that are none: `public.posts.body` (of any kind) or `public.posts.body:email`.
  std::vector<std::string> accept;
  unsigned jobs = 1;
};

/// Reads all of the archive. What is found is in the report, never a value of it. Throws Error: damaged and the like as
/// archive::Reader does, usage for an accepted finding that there is not, interrupted.
[[nodiscard]] Report audit(const archive::Reader& reader, const std::string& path, const Options& options,
                           const std::stop_token& stop);

}  // namespace pgcoffer::audit
