#include "archive/database_json.hpp"
#include "archive/fields.hpp"
#include "archive/globals_json.hpp"
#include "archive/manifest.hpp"

namespace pgcoffer::archive {

namespace {

using Json = nlohmann::ordered_json;

Json texts_json(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& text : texts) out.push_back(text_json(text));
  return out;
}

template <class Item, class ToJson>
Json list_json(const std::vector<Item>& items, ToJson to) {
  Json out = Json::array();
  for (const Item& item : items) out.push_back(to(item));
  return out;
}

Json part_json(const Part& part) {
  return {{"number", part.number},
          {"file", part.file},
          {"rows", part.rows},
          {"encoded_bytes", part.encoded_bytes},
          {"stored_bytes", part.stored_bytes},
          {"encoded_sha256", part.encoded_sha256},
          {"stored_sha256", part.stored_sha256}};
}

Json column_json(const Column& column) {
  Json out = {{"name", text_json(column.name)},
              {"type", text_json(column.type)},
              {"json", rows::to_string(column.kind)},
              {"verdict", column.verdict}};
  add_text(out, "how", column.how);
  add_text(out, "reason", column.reason);
  add_text(out, "rule", column.rule);
  add_text(out, "after_restore", column.after_restore);
  out["in_rows"] = column.in_rows;
  return out;
}

Json table_json(const Table& table) {
  Json out = {{"schema", text_json(table.schema)},
              {"name", text_json(table.name)},
              {"kind", table.kind},
              {"verdict", table.verdict}};
  add_text(out, "reason", table.reason);
  add_text(out, "rule", table.rule);
  add_text(out, "after_restore", table.after_restore);
  add_text(out, "where", table.where);
  add_text(out, "sample", table.sample);
  add_text(out, "order_by", table.order_by);
  out["has_rows"] = table.has_rows;
  out["rows"] = table.rows;
  out["columns"] = list_json(table.columns, column_json);
  out["parts"] = list_json(table.parts, part_json);
  return out;
}

Json large_object_json(const LargeObject& object) {
  return {{"oid", object.oid}, {"bytes", object.bytes}, {"parts", list_json(object.parts, part_json)}};
}

Json file_json(const StoredFile& file) {
  return {{"file", file.file}, {"bytes", file.bytes}, {"sha256", file.sha256}};
}

Json server_json(const Manifest& manifest) {
  Json out = {{"version", text_json(manifest.server_version)},
              {"version_num", manifest.server_version_num},
              {"database", text_json(manifest.database)}};
  add_text(out, "host", manifest.host);
  add_text(out, "port", manifest.port);
  add_text(out, "user", manifest.user);
  add_text(out, "encoding", manifest.server_encoding);
  add_text(out, "collate", manifest.collate);
  add_text(out, "ctype", manifest.ctype);
  add_text(out, "locale_provider", manifest.locale_provider);
  add_text(out, "icu_locale", manifest.icu_locale);
  add_text(out, "lsn", manifest.snapshot_lsn);
  return out;
}

}  // namespace

std::string to_json(const Manifest& manifest) {
  Json out = {{"format_version", manifest.format_version}, {"archive_id", manifest.archive_id}};
  if (!manifest.converted_from.empty()) out["converted_from"] = texts_json(manifest.converted_from);
  out.update({{"pgcoffer_version", manifest.pgcoffer_version},
              {"created", manifest.created},
              {"finished", manifest.finished},
              {"server", server_json(manifest)}});
  if (manifest.globals) out["globals"] = globals_json(*manifest.globals);
  if (manifest.properties) out["database"] = database_json(*manifest.properties);
  out["rows"] = rows::to_string(manifest.rows);
  out["encoding"] = manifest.encoding;
  out["compression"] = {{"method", compress::to_string(manifest.compression.method)},
                        {"level", manifest.compression.level}};
  out["encrypted"] = manifest.encrypted;
  out["has_schema"] = manifest.has_schema;
  out["has_data"] = manifest.has_data;
  add_text(out, "policy", manifest.policy);
  out["options"] = texts_json(manifest.options);
  out["unsupported"] = texts_json(manifest.unsupported);
  out["warnings"] = texts_json(manifest.warnings);
  out["toc_sha256"] = manifest.toc_sha256;
  out["files"] = list_json(manifest.files, file_json);
  out["tables"] = list_json(manifest.tables, table_json);
  out["large_objects"] = list_json(manifest.large_objects, large_object_json);
  return write_document(out, {"unsupported", "warnings", "files", "tables", "large_objects"});
}

}  // namespace pgcoffer::archive
