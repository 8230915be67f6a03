#include "audit/report.hpp"

#include <fmt/format.h>

#include "base/counted.hpp"
#include "base/text.hpp"

namespace pgcoffer::audit {

std::string place_name(const std::string& database, const std::string& object) {
  return database.empty() ? object : fmt::format("{}: {}", quote_ident(database), object);
}

std::string line(const Finding& finding) {
  std::string text = fmt::format("{}: {}", place_name(finding.database, finding.object), finding.what);
  if (finding.of > 0) text += fmt::format(", {} of {} values", human_count(finding.rows), human_count(finding.of));
  if (finding.places.empty()) return text;
  const Place& place = finding.places.front();
  return text + (place.row > 0 ? fmt::format(" ({}, row {})", place.part, place.row) : " (" + place.part + ")");
}

std::string verdict(const Report& report) {
  return report.passed() ? "passed" : counted(report.findings.size(), "finding");
}

std::vector<std::string> read_of(const Report& report) {
  std::vector<std::string> read;
  if (const auto& globals = report.manifest.globals) {
    read = {counted(globals->roles.size(), "role"), counted(globals->tablespaces.size(), "tablespace")};
    if (report.databases.empty()) return read;
    read.push_back(counted(report.databases.size(), "database"));
  }
  read.push_back(counted(report.tables, "table"));
  read.push_back(counted(report.rows, "row"));
  read.push_back(counted(report.values, "value"));
  return read;
}

}  // namespace pgcoffer::audit
