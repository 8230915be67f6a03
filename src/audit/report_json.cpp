#include <nlohmann/json.hpp>

#include "audit/report_file.hpp"
#include "base/text.hpp"
#include "pgcoffer/version.hpp"

namespace pgcoffer::audit {
namespace {

using Json = nlohmann::ordered_json;

/// Of something in the archive of a cluster.
void name_database(Json& item, const std::string& database) {
  if (!database.empty()) item["database"] = database;
}

Json findings_json(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    Json item = {{"object", finding.object}, {"kind", finding.kind}, {"what", finding.what}};
    name_database(item, finding.database);
    if (finding.rows > 0) item["rows"] = finding.rows;
    if (finding.of > 0) item["of"] = finding.of;
    Json places = Json::array();
    for (const Place& place : finding.places) {
      places.push_back({{"part", place.part}});
      if (place.row > 0) places.back()["row"] = place.row;
    }
    item["places"] = std::move(places);
    list.push_back(std::move(item));
  }
  return list;
}

Json left_out_json(const std::vector<LeftOut>& list) {
  Json result = Json::array();
  for (const LeftOut& one : list) {
    result.push_back({{"object", one.object},
                      {"verdict", one.verdict},
                      {"how", one.how},
                      {"reason", one.reason},
                      {"rule", one.rule}});
    name_database(result.back(), one.database);
    if (one.rows) result.back()["rows"] = *one.rows;
    if (one.of_rows) result.back()["of_rows"] = *one.of_rows;
    if (one.of_rows_estimated) result.back()["of_rows_estimated"] = true;
  }
  return result;
}

Json foreign_keys_json(const std::vector<ForeignKeyResult>& keys) {
  Json result = Json::array();
  for (const ForeignKeyResult& key : keys) {
    Json item = {
        {"table", key.table}, {"name", key.name}, {"references", key.references}, {"result", to_string(key.outcome)}};
    name_database(item, key.database);
    if (key.missing > 0) item["missing_keys"] = key.missing;
    if (!key.why.empty()) item["why"] = key.why;
    result.push_back(std::move(item));
  }
  return result;
}

/// By which the archive that was looked at can be told from any other.
Json digests_json(const archive::Manifest& manifest) {
  Json tables = Json::array(), files = Json::array(), parts = Json::array();
  const auto add_parts = [&](const std::vector<archive::Part>& some) {
    for (const archive::Part& part : some)
      if (part.pack == 0) parts.push_back({{"file", part.file}, {"sha256", part.stored_sha256}});
  };
  for (const archive::Table& table : manifest.tables) {
    add_parts(table.parts);
    if (!table.has_rows) continue;
    Json item = {{"table", display_name({table.schema, table.name})}, {"rows", table.rows}};
    if (table.binary_row_digest.empty() || !table.row_digest.empty()) item["row_digest"] = table.row_digest;
    if (!table.binary_row_digest.empty()) item["binary_row_digest"] = table.binary_row_digest;
    tables.push_back(std::move(item));
  }
  add_parts(manifest.packs);
  for (const archive::LargeObject& object : manifest.large_objects) add_parts(object.parts);
  for (const archive::StoredFile& file : manifest.files)
    files.push_back({{"file", file.file}, {"sha256", file.sha256}});
  return {{"toc_sha256", manifest.toc_sha256}, {"tables", tables}, {"parts", parts}, {"files", files}};
}

Json archive_json(const Report& report) {
  const archive::Manifest& manifest = report.manifest;
  return {{"path", report.path},
          {"written", report.written},
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
          {"pseudonym_key", manifest.pseudonym_key},
          {"encrypted", manifest.encrypted}};
}

Json read_json(const Report& report) {
  Json read = {{"tables", report.tables},
               {"rows", report.rows},
               {"values", report.values},
               {"large_objects", report.large_objects}};
  if (const auto& globals = report.manifest.globals) {
    read["roles"] = globals->roles.size();
    read["tablespaces"] = globals->tablespaces.size();
  }
  return read;
}

Json databases_json(const std::vector<AuditedDatabase>& databases) {
  Json list = Json::array();
  for (const AuditedDatabase& database : databases)
    list.push_back({{"name", database.name},
                    {"folder", database.folder},
                    {"archive_id", database.manifest.archive_id},
                    {"pseudonym_key", database.manifest.pseudonym_key},
                    {"digests", digests_json(database.manifest)}});
  return list;
}

}  // namespace

std::string to_json(const Report& report) {
  Json document = {{"audit_version", 1},
                   {"passed", report.passed()},
                   {"audited", report.audited},
                   {"by", report.by},
                   {"on", report.on},
                   {"pgcoffer_version", version()},
                   {"policy", report.policy},
                   {"personal_data_is_a_finding", report.personal_data},
                   {"archive", archive_json(report)},
                   {"read", read_json(report)},
                   {"findings", findings_json(report.findings)},
                   {"accepted", findings_json(report.accepted)},
                   {"notes", findings_json(report.notes)},
                   {"left_out", left_out_json(report.left_out)},
                   {"foreign_keys", foreign_keys_json(report.foreign_keys)},
                   {"digests", digests_json(report.manifest)}};
  if (!report.databases.empty()) document["databases"] = databases_json(report.databases);
  // Names from a database without an encoding may not be UTF-8.
  return document.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace pgcoffer::audit
