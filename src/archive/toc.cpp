#include "archive/toc.hpp"

#include <unordered_set>

#include "archive/fields.hpp"
#include "archive/layout.hpp"
#include "archive/manifest.hpp"

namespace pgcoffer::archive {

namespace {

using Json = nlohmann::ordered_json;

Json entry_json(const TocEntry& entry) {
  Json out = {{"id", entry.id}, {"kind", entry.kind}};
  add_text(out, "schema", entry.schema);
  out["name"] = text_json(entry.name);
  add_text(out, "owner", entry.owner);
  out["section"] = entry.section;
  add_text(out, "create", entry.create);
  add_text(out, "owner_sql", entry.owner_sql);
  add_text(out, "drop", entry.drop);
  add_text(out, "tablespace", entry.tablespace);
  add_text(out, "access_method", entry.access_method);
  add_text(out, "table_schema", entry.table_schema);
  add_text(out, "table_name", entry.table_name);
  out["depends"] = entry.depends;
  return out;
}

TocEntry read_entry(const Fields& fields) {
  TocEntry entry;
  entry.id = fields.number<int>("id");
  entry.kind = fields.text("kind");
  entry.schema = fields.text_or_empty("schema");
  entry.name = fields.text("name");
  entry.owner = fields.text_or_empty("owner");
  entry.section = fields.word("section", {"pre-data", "data", "post-data"});
  entry.create = fields.text_or_empty("create");
  entry.owner_sql = fields.text_or_empty("owner_sql");
  entry.drop = fields.text_or_empty("drop");
  entry.tablespace = fields.text_or_empty("tablespace");
  entry.access_method = fields.text_or_empty("access_method");
  entry.table_schema = fields.text_or_empty("table_schema");
  entry.table_name = fields.text_or_empty("table_name");
  entry.depends = fields.numbers("depends");
  return entry;
}

}  // namespace

std::string to_json(const Toc& toc) {
  Json out = {{"format_version", kFormatVersion}, {"entries", Json::array()}};
  for (const TocEntry& entry : toc.entries) out["entries"].push_back(entry_json(entry));
  return write_document(out, {"entries"});
}

Toc parse_toc(std::string_view json) {
  const nlohmann::json document = parse_document(json, kToc);
  const Fields fields(document, kToc);
  (void)read_format_version(fields);
  Toc toc;
  std::unordered_set<int> ids;
  fields.each("entries", [&](const Fields& entry) {
    toc.entries.push_back(read_entry(entry));
    if (!ids.insert(toc.entries.back().id).second) entry.fail("id", "is used twice");
  });
  return toc;
}

}  // namespace pgcoffer::archive
