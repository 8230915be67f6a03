#include "archive/toc.hpp"

#include <unordered_set>

#include "archive/fields.hpp"
#include "archive/json_text.hpp"
#include "archive/layout.hpp"
#include "archive/manifest.hpp"

namespace pgcoffer::archive {

namespace {

void write_entry(ObjectText& out, const TocEntry& entry) {
  out.number("id", entry.id);
  out.text("kind", entry.kind);
  out.text_if_any("schema", entry.schema);
  out.text("name", entry.name);
  out.text_if_any("owner", entry.owner);
  out.text("section", entry.section);
  out.text_if_any("create", entry.create);
  out.text_if_any("owner_sql", entry.owner_sql);
  out.text_if_any("drop", entry.drop);
  out.text_if_any("tablespace", entry.tablespace);
  out.text_if_any("access_method", entry.access_method);
  out.text_if_any("table_schema", entry.table_schema);
  out.text_if_any("table_name", entry.table_name);
  out.numbers("depends", entry.depends);
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
  constexpr std::size_t beside_sql = 250;  // of an entry, about
  std::string text;
  std::size_t size = 0;
  for (const TocEntry& entry : toc.entries)
    size += beside_sql + entry.create.size() + entry.owner_sql.size() + entry.drop.size();
  text.reserve(size);
  DocumentText out(text);
  out.number("format_version", kOldestFormatVersion);
  out.lines("entries", toc.entries, object_with(write_entry));
  out.end();
  return text;
}

Toc parse_toc(std::string_view json) {
  const Document document(json, kToc);
  const Fields fields(document);
  (void)read_format_version(fields);
  Toc toc;
  std::unordered_set<int> ids;
  toc.entries.reserve(fields.size("entries"));
  fields.each("entries", [&](const Fields& entry) {
    toc.entries.push_back(read_entry(entry));
    if (!ids.insert(toc.entries.back().id).second) entry.fail("id", "is used twice");
  });
  return toc;
}

}  // namespace pgcoffer::archive
