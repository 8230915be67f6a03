#include "audit/page.hpp"

#include <fmt/format.h>

#include "archive/row_choice.hpp"
#include "base/counted.hpp"
#include "base/text.hpp"
#include "pgcoffer/version.hpp"

namespace pgcoffer::audit {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Page::Section findings_section(const std::string& title, const std::vector<Finding>& findings) {
  Rows rows;
  for (const Finding& finding : findings) {
    std::vector<std::string> places;
    for (const Place& place : finding.places)
      places.push_back(place.row > 0 ? fmt::format("{} row {}", place.part, place.row) : place.part);
    rows.push_back({place_name(finding.database, finding.object), finding.what,
                    finding.of > 0 ? fmt::format("{} of {}", human_count(finding.rows), human_count(finding.of)) : "",
                    join(places, ", ")});
  }
  return {title, {"Where", "What", "Values", "First places"}, rows};
}

Page::Section left_out_section(const Report& report) {
  Rows rows;
  for (const LeftOut& one : report.left_out)
    rows.push_back({place_name(one.database, one.object),
                    archive::told_verdict(one.verdict, one.how) +
                        (one.rows ? ": " + archive::rows_kept(*one.rows, one.of_rows, one.of_rows_estimated) : ""),
                    one.reason, one.rule});
  return {"Left out or changed", {"What", "How", "Why", "By which rule"}, rows};
}

Page::Section keys_section(const Report& report) {
  Rows rows;
  for (const ForeignKeyResult& key : report.foreign_keys)
    rows.push_back(
        {place_name(key.database, key.table), key.name, key.references, std::string(to_string(key.outcome)), key.why});
  return {"Foreign keys", {"Table", "Name", "References", "Result", "Why"}, rows};
}

Page::Section digests_section(const Report& report) {
  Rows rows;
  const auto add = [&](const std::string& database, const archive::Manifest& manifest) {
    for (const archive::Table& table : manifest.tables)
      if (table.has_rows)
        rows.push_back({place_name(database, display_name({table.schema, table.name})), human_count(table.rows),
                        table.row_digest.empty() ? table.binary_row_digest : table.row_digest});
  };
  add("", report.manifest);
  for (const AuditedDatabase& database : report.databases) add(database.name, database.manifest);
  return {"Digests of the tables' rows", {"Table", "Rows", "Digest"}, rows};
}

void add_facts(const Report& report, Page& page) {
  const archive::Manifest& manifest = report.manifest;
  const auto fact = [&](const char* label, const std::string& text) {
    if (!text.empty()) page.facts.emplace_back(label, text);
  };
  fact("Archive", report.written ? fmt::format("{} (id {})", report.path, manifest.archive_id)
                                 : fmt::format("{}: not written, since the audit found something", report.path));
  fact("Dumped",
       fmt::format("{} to {}, by pgcoffer {}", manifest.created, manifest.finished, manifest.pgcoffer_version));
  fact("From", fmt::format("{}database {} on {}:{}, as user {}, PostgreSQL {}",
                           manifest.globals ? "a whole server, by way of " : "", manifest.database, manifest.host,
                           manifest.port, manifest.user, manifest.server_version));
  fact("Policy of the dump", manifest.policy.empty() ? "none" : manifest.policy);
  fact("Pseudonyms", manifest.pseudonym_key.empty() ? "" : "made with key " + manifest.pseudonym_key);
  fact("Held against", report.policy);
  fact("Audited", fmt::format("{} by {} on {}, pgcoffer {}", report.audited, report.by, report.on, version()));
  std::vector<std::string> read = read_of(report);
  if (!manifest.globals || !report.databases.empty()) read.push_back(counted(report.large_objects, "large object"));
  fact("Read", join(read, ", "));
  fact("Personal data", report.personal_data ? "is a finding" : "is noted, and no finding");
}

}  // namespace

Page page_of(const Report& report) {
  Page page;
  page.title = report.manifest.globals ? "Audit of a server's archive" : "Audit of a database archive";
  page.passed = report.passed();
  page.verdict = page.passed ? "Passed" : "Failed";
  page.explanation = page.passed ? "nothing was found that must not be in the archive" : verdict(report);
  add_facts(report, page);
  page.sections = {findings_section("Findings", report.findings),
                   findings_section("Findings accepted beforehand", report.accepted),
                   findings_section("Notes", report.notes),
                   left_out_section(report),
                   keys_section(report),
                   digests_section(report)};
  return page;
}

}  // namespace pgcoffer::audit
