#include "dump/audit.hpp"

#include <fmt/format.h>

#include "audit/audit.hpp"
#include "audit/report_file.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {
namespace {

[[noreturn]] void refuse(const audit::Report& report, const AuditOptions& options) {
  std::vector<std::string> lines;
  for (const audit::Finding& finding : report.findings) lines.push_back(line(finding));
  constexpr std::size_t most = 20;
  if (lines.size() > most) {
    lines[most] = fmt::format("and {} more", human_count(lines.size() - most));
    lines.resize(most + 1);
  }
  throw Error(Kind::policy, fmt::format("the audit has {}:\n  {}", verdict(report), join(lines, "\n  ")))
      .hint(fmt::format("No archive was made; the report is in {}. Leave this out by the policy, or take what is none "
                        "with --audit-accept.",
                        audit::quoted_names(options.reports)))
      .object(report.findings.front().object);
}

}  // namespace

Audit::Audit(const AuditOptions& options, const std::filesystem::path& path, const archive::Manifest& expected,
             const archive::Toc& toc)
    : options_(options), path_(path.string()), collector_(expected, toc) {}

std::vector<std::string> Audit::finish(const archive::Manifest& manifest, const archive::Toc& toc) {
  audit::Options options;
  options.personal_data = options_.personal_data;
  options.accept = options_.accept;
  audit::Report report = audit::judge(collector_, manifest, toc, path_, options);
  report.written = report.passed();
  for (const std::filesystem::path& file : options_.reports) audit::write_report(report, file);
  if (!report.passed()) refuse(report, options_);
  std::vector<std::string> warnings;
  for (const std::string& one : report.unused_accepts)
    warnings.push_back(fmt::format("there is no finding \"{}\" to accept (--audit-accept)", one));
  return warnings;
}

}  // namespace pgcoffer::dumping
