#include "cli/audit_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/report.hpp"
#include "pgcoffer/version.hpp"

namespace pgcoffer::cli {
namespace {

using Json = nlohmann::ordered_json;

Json findings_json(const std::vector<audit::Finding>& findings) {
  Json list = Json::array();
  for (const audit::Finding& finding : findings) {
    Json item = {{"object", finding.object}, {"kind", finding.kind}, {"what", finding.what}};
    if (finding.rows > 0) item["rows"] = finding.rows;
    if (finding.of > 0) item["of"] = finding.of;
    Json places = Json::array();
    for (const audit::Place& place : finding.places) {
      places.push_back({{"part", place.part}});
      if (place.row > 0) places.back()["row"] = place.row;
    }
    item["places"] = std::move(places);
    list.push_back(std::move(item));
  }
  return list;
}

Json left_out_json(const std::vector<audit::LeftOut>& list) {
  Json result = Json::array();
  for (const audit::LeftOut& one : list)
    result.push_back({{"object", one.object},
                      {"verdict", one.verdict},
                      {"how", one.how},
                      {"reason", one.reason},
                      {"rule", one.rule}});
  return result;
}

Json foreign_keys_json(const std::vector<audit::ForeignKeyResult>& keys) {
  Json result = Json::array();
  for (const audit::ForeignKeyResult& key : keys) {
    Json item = {
        {"table", key.table}, {"name", key.name}, {"references", key.references}, {"result", to_string(key.outcome)}};
    if (key.missing > 0) item["missing_keys"] = key.missing;
    if (!key.why.empty()) item["why"] = key.why;
    result.push_back(std::move(item));
  }
  return result;
}

/// By which the archive that was looked at can be told from any other.
Json digests_json(const archive::Manifest& manifest) {
  Json tables = Json::array(), files = Json::array();
  for (const archive::Table& table : manifest.tables)
    if (table.has_rows)
      tables.push_back({{"table", display_name({table.schema, table.name})},
                        {"rows", table.rows},
                        {"row_digest", table.row_digest}});
  for (const archive::StoredFile& file : manifest.files)
    files.push_back({{"file", file.file}, {"sha256", file.sha256}});
  return {{"toc_sha256", manifest.toc_sha256}, {"tables", tables}, {"files", files}};
}

Json archive_json(const audit::Report& report) {
  const archive::Manifest& manifest = report.manifest;
  return {{"path", report.path},
          {"archive_id", manifest.archive_id},
          {"created", manifest.created},
          {"finished", manifest.finished},
          {"database", manifest.database},
          {"host", manifest.host},
          {"port", manifest.port},
          {"user", manifest.user},
          {"server_version", manifest.server_version},
          {"pgcoffer_version", manifest.pgcoffer_version},
          {"policy", manifest.policy},
          {"encrypted", manifest.encrypted}};
}

std::string line(const audit::Finding& finding) {
  std::string text = fmt::format("{}: {}", finding.object, finding.what);
  if (finding.of > 0) text += fmt::format(", {} of {} values", human_count(finding.rows), human_count(finding.of));
  if (finding.places.empty()) return text;
  const audit::Place& place = finding.places.front();
  return text + (place.row > 0 ? fmt::format(" ({}, row {})", place.part, place.row) : " (" + place.part + ")");
}

/// Of a cell of a Markdown table, and of text beside it: what would end or mark it up stands for itself.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    if (std::string_view("|\\`*_<>[]#&").find(c) != std::string_view::npos) result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

using Rows = std::vector<std::vector<std::string>>;

std::string table(const std::string& title, const std::vector<std::string>& head, const Rows& rows) {
  std::string page = fmt::format("\n## {}\n\n", title);
  if (rows.empty()) return page + "None.\n";
  page += "| " + join(head, " | ") + " |\n|" + join(std::vector<std::string>(head.size(), "---"), "|") + "|\n";
  for (const auto& row : rows) {
    std::vector<std::string> cells;
    for (const std::string& text : row) cells.push_back(cell(text));
    page += "| " + join(cells, " | ") + " |\n";
  }
  return page;
}

std::string findings_table(const std::string& title, const std::vector<audit::Finding>& findings) {
  Rows rows;
  for (const audit::Finding& finding : findings) {
    std::vector<std::string> places;
    for (const audit::Place& place : finding.places)
      places.push_back(place.row > 0 ? fmt::format("{} row {}", place.part, place.row) : place.part);
    rows.push_back({finding.object, finding.what,
                    finding.of > 0 ? fmt::format("{} of {}", human_count(finding.rows), human_count(finding.of)) : "",
                    join(places, ", ")});
  }
  return table(title, {"Where", "What", "Values", "First places"}, rows);
}

std::string verdict(const audit::Report& report) {
  if (report.passed()) return "passed";
  return report.findings.size() == 1 ? "1 finding" : human_count(report.findings.size()) + " findings";
}

std::string heading(const audit::Report& report) {
  const archive::Manifest& manifest = report.manifest;
  std::string page = "# Audit of a database archive\n\n";
  page += report.passed() ? "**Passed**: nothing was found that must not be in the archive.\n\n"
                          : fmt::format("**Failed**: {}.\n\n", verdict(report));
  const auto fact = [&](std::string_view label, const std::string& text) {
    if (!text.empty()) page += fmt::format("- {}: {}\n", label, cell(text));
  };
  fact("Archive", fmt::format("{} (id {})", report.path, manifest.archive_id));
  fact("Dumped",
       fmt::format("{} to {}, by pgcoffer {}", manifest.created, manifest.finished, manifest.pgcoffer_version));
  fact("From", fmt::format("database {} on {}:{}, as user {}, PostgreSQL {}", manifest.database, manifest.host,
                           manifest.port, manifest.user, manifest.server_version));
  fact("Policy of the dump", manifest.policy.empty() ? "none" : manifest.policy);
  fact("Held against", report.policy);
  fact("Audited", fmt::format("{} by {} on {}, pgcoffer {}", report.audited, report.by, report.on, version()));
  fact("Read", fmt::format("{} tables, {} rows, {} values, {} large objects", human_count(report.tables),
                           human_count(report.rows), human_count(report.values), human_count(report.large_objects)));
  fact("Personal data", report.personal_data ? "is a finding" : "is noted, and no finding");
  return page + "\nValues of the archive are not in this report.\n";
}

}  // namespace

void print_audit(const audit::Report& report) {
  for (const audit::Finding& finding : report.findings) print_line(stdout, "finding: " + line(finding));
  for (const audit::Finding& finding : report.accepted) print_line(stdout, "accepted: " + line(finding));
  for (const audit::Finding& finding : report.notes) print_line(stdout, "note: " + line(finding));
  for (const audit::ForeignKeyResult& key : report.foreign_keys)
    if (key.outcome == audit::ForeignKeyResult::Outcome::unchecked ||
        key.outcome == audit::ForeignKeyResult::Outcome::permitted)
      print_line(stdout, fmt::format("note: foreign key \"{}\" of {}: {}: {}", key.name, key.table,
                                     to_string(key.outcome), key.why));
  print_line(stdout,
             fmt::format("{}: {}: {} tables, {} rows, {} values read, {} columns and tables left out or changed, "
                         "{} foreign keys",
                         report.path, verdict(report), human_count(report.tables), human_count(report.rows),
                         human_count(report.values), human_count(report.left_out.size()),
                         human_count(report.foreign_keys.size())));
}

Json to_json(const audit::Report& report) {
  return {{"audit_version", 1},
          {"passed", report.passed()},
          {"audited", report.audited},
          {"by", report.by},
          {"on", report.on},
          {"pgcoffer_version", version()},
          {"policy", report.policy},
          {"personal_data_is_a_finding", report.personal_data},
          {"archive", archive_json(report)},
          {"read",
           {{"tables", report.tables},
            {"rows", report.rows},
            {"values", report.values},
            {"large_objects", report.large_objects}}},
          {"findings", findings_json(report.findings)},
          {"accepted", findings_json(report.accepted)},
          {"notes", findings_json(report.notes)},
          {"left_out", left_out_json(report.left_out)},
          {"foreign_keys", foreign_keys_json(report.foreign_keys)},
          {"digests", digests_json(report.manifest)}};
}

std::string audit_page(const audit::Report& report) {
  Rows left_out, keys, digests;
  for (const audit::LeftOut& one : report.left_out)
    left_out.push_back({one.object, one.how.empty() ? one.verdict : one.verdict + " " + one.how, one.reason, one.rule});
  for (const audit::ForeignKeyResult& key : report.foreign_keys)
    keys.push_back({key.table, key.name, key.references, std::string(to_string(key.outcome)), key.why});
  for (const archive::Table& table : report.manifest.tables)
    if (table.has_rows)
      digests.push_back({display_name({table.schema, table.name}), human_count(table.rows), table.row_digest});
  return heading(report) + findings_table("Findings", report.findings) +
         findings_table("Findings accepted beforehand", report.accepted) + findings_table("Notes", report.notes) +
         table("Left out or changed", {"What", "How", "Why", "By which rule"}, left_out) +
         table("Foreign keys", {"Table", "Name", "References", "Result", "Why"}, keys) +
         table("Digests of the tables' rows", {"Table", "Rows", "Digest"}, digests);
}

}  // namespace pgcoffer::cli
