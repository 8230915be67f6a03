#include "archive/database_json.hpp"
#include "archive/globals_json.hpp"
#include "archive/json_text.hpp"
#include "archive/manifest.hpp"

namespace pgcoffer::archive {

namespace {

void write_part(ObjectText& out, const Part& part) {
  out.number("number", part.number);
  if (part.pack != 0) {
    out.number("pack", part.pack);
    out.number("offset", part.offset);
    out.number("rows", part.rows);
    out.number("encoded_bytes", part.encoded_bytes);
    return;
  }
  out.text("file", part.file);
  out.number("rows", part.rows);
  out.number("encoded_bytes", part.encoded_bytes);
  out.number("stored_bytes", part.stored_bytes);
  out.text_if_any("encoded_sha256", part.encoded_sha256);
  out.text_if_any("encoded_xxh128", part.encoded_xxh128);
  out.text("stored_sha256", part.stored_sha256);
}

void write_column(ObjectText& out, const Column& column) {
  out.text("name", column.name);
  out.text("type", column.type);
  out.text("json", rows::to_string(column.kind));
  out.text("verdict", column.verdict);
  out.text_if_any("how", column.how);
  out.text_if_any("reason", column.reason);
  out.text_if_any("rule", column.rule);
  out.text_if_any("after_restore", column.after_restore);
  out.flag("in_rows", column.in_rows);
  if (column.binary) out.text("binary", column.binary->name);
}

void write_missing_parents(ObjectText& out, const MissingParents& missing) {
  out.text("reference", missing.reference);
  out.text("handling", missing.handling);
  out.number("rows", missing.rows);
  out.flag("not_valid", missing.not_valid);
}

void write_table(ObjectText& out, const Table& table) {
  out.text("schema", table.schema);
  out.text("name", table.name);
  out.text("kind", table.kind);
  out.text("verdict", table.verdict);
  out.text_if_any("reason", table.reason);
  out.text_if_any("rule", table.rule);
  out.text_if_any("after_restore", table.after_restore);
  out.text_if_any("where", table.where);
  out.text_if_any("sample", table.sample);
  out.text_if_any("order_by", table.order_by);
  out.text_if_any("follow", table.follow);
  out.text_if_any("on_missing_parent", table.on_missing_parent);
  if (table.start_rows) out.number("start_rows", *table.start_rows);
  if (table.by_reference) out.flag("by_reference", true);
  if (!table.missing_parents.empty()) out.list("missing_parents", table.missing_parents, write_missing_parents);
  if (table.load_into)
    out.object("load_into", [&](ObjectText& root) {
      root.text("schema", table.load_into->schema);
      root.text("name", table.load_into->name);
    });
  out.flag("has_rows", table.has_rows);
  out.number("rows", table.rows);
  if (table.of_rows) out.number("of_rows", *table.of_rows);
  if (table.of_rows_estimated) out.flag("of_rows_estimated", true);
  out.text_if_any("row_digest", table.row_digest);
  out.text_if_any("binary_row_digest", table.binary_row_digest);
  if (table.binary) out.flag("binary", true);
  out.text_if_any("text_because", table.text_because);
  out.list("columns", table.columns, write_column);
  out.list("parts", table.parts, write_part);
}

void write_large_object(ObjectText& out, const LargeObject& object) {
  out.number("oid", object.oid);
  out.number("bytes", object.bytes);
  out.list("parts", object.parts, write_part);
}

void write_file(ObjectText& out, const StoredFile& file) {
  out.text("file", file.file);
  out.number("bytes", file.bytes);
  out.text("sha256", file.sha256);
}

void write_server(ObjectText& out, const Manifest& manifest) {
  out.text("version", manifest.server_version);
  out.number("version_num", manifest.server_version_num);
  out.text("database", manifest.database);
  out.text_if_any("host", manifest.host);
  out.text_if_any("port", manifest.port);
  out.text_if_any("user", manifest.user);
  out.text_if_any("encoding", manifest.server_encoding);
  out.text_if_any("collate", manifest.collate);
  out.text_if_any("ctype", manifest.ctype);
  out.text_if_any("locale_provider", manifest.locale_provider);
  out.text_if_any("icu_locale", manifest.icu_locale);
  out.text_if_any("lsn", manifest.snapshot_lsn);
}

void write_archived_database(ObjectText& out, const ArchivedDatabase& database) {
  out.text("name", database.name);
  out.text("folder", database.folder);
  out.text("archive_id", database.archive_id);
  out.number("objects", database.objects);
  out.number("tables", database.tables);
  out.number("rows", database.rows);
  out.number("encoded_bytes", database.encoded_bytes);
  out.number("stored_bytes", database.stored_bytes);
}

void write_variable(ObjectText& out, const Variable& variable) {
  out.text("name", variable.name);
  if (variable.masked)
    out.flag("masked", true);
  else
    out.text("value", variable.value);
}

}  // namespace

std::string environment_json(const Manifest& manifest) {
  std::string text;
  DocumentText out(text);
  out.text("archive_id", manifest.archive_id);
  out.text("created", manifest.created);
  out.lines("variables", manifest.environment, object_with(write_variable));
  out.end();
  return text;
}

std::string to_json(const Manifest& manifest) {
  constexpr std::size_t for_table = 250, for_column = 100;  // about
  std::string text;
  std::size_t size = 0;
  for (const Table& table : manifest.tables) size += for_table + for_column * table.columns.size();
  text.reserve(size);
  DocumentText out(text);
  out.number("format_version", manifest.format_version);
  out.text("archive_id", manifest.archive_id);
  if (!manifest.converted_from.empty()) out.texts("converted_from", manifest.converted_from);
  out.text("pgcoffer_version", manifest.pgcoffer_version);
  out.text("created", manifest.created);
  out.text("finished", manifest.finished);
  out.object("server", [&](ObjectText& server) { write_server(server, manifest); });
  if (manifest.globals) out.object("globals", [&](ObjectText& object) { write_globals(object, *manifest.globals); });
  if (!manifest.databases.empty()) out.list("databases", manifest.databases, write_archived_database);
  if (manifest.properties)
    out.object("database", [&](ObjectText& database) { write_database(database, *manifest.properties); });
  out.text("rows", rows::to_string(manifest.rows));
  out.text("encoding", manifest.encoding);
  out.text_if_any("time_zone", manifest.time_zone);
  out.object("compression", [&](ObjectText& setting) {
    setting.text("method", compress::to_string(manifest.compression.method));
    setting.number("level", manifest.compression.level);
  });
  out.flag("encrypted", manifest.encrypted);
  out.flag("has_schema", manifest.has_schema);
  out.flag("has_data", manifest.has_data);
  out.text_if_any("policy", manifest.policy);
  out.text_if_any("pseudonym_key", manifest.pseudonym_key);
  out.texts("options", manifest.options);
  if (!manifest.environment.empty()) out.lines("environment", manifest.environment, object_with(write_variable));
  out.lines("unsupported", manifest.unsupported, append_text);
  out.lines("warnings", manifest.warnings, append_text);
  out.text("toc_sha256", manifest.toc_sha256);
  out.lines("files", manifest.files, object_with(write_file));
  if (!manifest.packs.empty()) out.lines("packs", manifest.packs, object_with(write_part));
  out.lines("tables", manifest.tables, object_with(write_table));
  out.lines("large_objects", manifest.large_objects, object_with(write_large_object));
  out.end();
  return text;
}

}  // namespace pgcoffer::archive
