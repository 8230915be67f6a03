#include "audit/report.hpp"

#include <fmt/format.h>

#include "base/counted.hpp"
#include "base/text.hpp"

namespace pgcoffer::audit {

std::string line(const Finding& finding) {
  std::string text = fmt::format("{}: {}", finding.object, finding.what);
  if (finding.of > 0) text += fmt::format(", {} of {} values", human_count(finding.rows), human_count(finding.of));
  if (finding.places.empty()) return text;
  const Place& place = finding.places.front();
  return text + (place.row > 0 ? fmt::format(" ({}, row {})", place.part, place.row) : " (" + place.part + ")");
}

std::string verdict(const Report& report) {
  return report.passed() ? "passed" : counted(report.findings.size(), "finding");
}

}  // namespace pgcoffer::audit
