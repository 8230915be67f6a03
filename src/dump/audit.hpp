#pragma once

#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "audit/collect.hpp"
#include "pgcoffer/dump.hpp"

namespace pgcoffer::dumping {

/// The audit of an archive while it is being written.
class Audit {
 public:
  /// `expected` is the manifest as far as it is known before the first row.
  Audit(const AuditOptions& options, const std::filesystem::path& path, const archive::Manifest& expected,
        const archive::Toc& toc);

  [[nodiscard]] audit::Collector& collector() noexcept { return collector_; }
  /// Writes the reports, when all files of the archive are there and it does not bear its name yet. Returns warnings.
  /// Throws Error(policy) on a finding.
  [[nodiscard]] std::vector<std::string> finish(const archive::Manifest& manifest, const archive::Toc& toc);

 private:
  const AuditOptions& options_;
  std::string path_;
  audit::Collector collector_;
};

}  // namespace pgcoffer::dumping
