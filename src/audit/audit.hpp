#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "archive/reader.hpp"
#include "audit/collect.hpp"
#include "audit/report.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::audit {

struct Options {
  std::optional<policy::Policy> policy;  ///< which the archive's verdicts are held against
  bool personal_data = false;            ///< personal data is a finding, whatever the policy
  std::string pseudonym_key;             ///< identifier of the key that pseudonyms are to be made with; empty for any
  /// Findings that are none: `public.posts.body` (of any kind) or `public.posts.body:email`; of a cluster in all of its
  /// databases, or with `shop: ` before it in that one.
  std::vector<std::string> accept;
  unsigned jobs = 1;
};

/// Reads all of the archive, and of a cluster's the databases within it: one report. What is found is in it, never a
/// value. `path` and `identities` are those of the reader. Throws Error: damaged and the like as archive::Reader does,
/// usage for an accepted finding that there is not, interrupted.
[[nodiscard]] Report audit(const archive::Reader& reader, const std::string& path, const seal::Identities& identities,
                           const Options& options, const std::stop_token& stop);

/// The same of what was collected, perhaps while the archive was being written. `manifest` may know more by now than
/// the collector was told: parts and digests. An accepted finding that there is not is told in the report.
[[nodiscard]] Report judge(Collector& seen, const archive::Manifest& manifest, const archive::Toc& toc,
                           const std::string& path, const Options& options);

}  // namespace pgcoffer::audit
