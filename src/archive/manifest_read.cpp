#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <iterator>

#include "archive/database_json.hpp"
#include "archive/fields.hpp"
#include "archive/globals_json.hpp"
#include "archive/layout.hpp"
#include "archive/manifest.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::archive {

namespace {

using Packs = std::vector<Part>;

Part read_part(const Fields& fields, const Packs& packs) {
  Part part;
  part.number = fields.number<std::uint32_t>("number");
  if (fields.has("pack")) {
    const auto number = fields.number<std::uint32_t>("pack");
    part.rows = fields.number<std::uint64_t>("rows");
    part.encoded_bytes = fields.number<std::uint64_t>("encoded_bytes");
    const auto offset = fields.number<std::uint64_t>("offset");
    if (number == 0 || number > packs.size()) fail_damaged(kManifest, fmt::format("there is no pack {}", number));
    const Part& pack = packs[number - 1];
    if (offset > pack.encoded_bytes || part.encoded_bytes > pack.encoded_bytes - offset)
      fail_damaged(kManifest, fmt::format("a part goes beyond the end of pack {}", number));
    place_in_pack(part, pack, offset);
    return part;
  }
  part.file = fields.file("file");
  part.rows = fields.number<std::uint64_t>("rows");
  part.encoded_bytes = fields.number<std::uint64_t>("encoded_bytes");
  part.stored_bytes = fields.number<std::uint64_t>("stored_bytes");
  if (fields.has("encoded_xxh128"))
    part.encoded_xxh128 = fields.hex("encoded_xxh128", 32, "an XXH3-128");
  else
    part.encoded_sha256 = fields.digest("encoded_sha256");
  part.stored_sha256 = fields.digest("stored_sha256");
  return part;
}

Column read_column(const Fields& fields) {
  Column column;
  column.name = fields.text("name");
  column.type = fields.text("type");
  column.kind = fields.parsed("json", rows::parse_json_kind);
  column.verdict = fields.word("verdict", {"keep", "omit", "null", "constant", "template", "mask", "sha256", "noise",
                                           "date-shift", "redact-json", "truncate", "pseudonym"});
  column.how = fields.text_or_empty("how");
  column.reason = fields.text_or_empty("reason");
  column.rule = fields.text_or_empty("rule");
  column.after_restore = fields.text_or_empty("after_restore");
  column.in_rows = fields.flag("in_rows");
  if (fields.has("binary")) {
    column.binary = rows::binary_form(fields.text("binary"));
    if (!column.binary) fields.fail("binary", "is not a known binary form");
  }
  return column;
}

Packs read_packs(const Fields& fields) {
  Packs packs;
  if (!fields.has("packs")) return packs;
  fields.each("packs", [&](const Fields& pack) {
    packs.push_back(read_part(pack, {}));
    if (packs.back().number != packs.size()) fail_damaged(kManifest, "the packs are not numbered from 1");
  });
  return packs;
}

Table read_table(const Fields& fields, const Packs& packs) {
  Table table;
  table.schema = fields.text("schema");
  table.name = fields.text("name");
  table.kind = fields.word("kind", {"table", "materialized view", "partitioned table", "foreign table", "view"});
  table.verdict = fields.word("verdict", {"keep", "exclude", "exclude-rows", "where"});
  table.reason = fields.text_or_empty("reason");
  table.rule = fields.text_or_empty("rule");
  table.after_restore = fields.text_or_empty("after_restore");
  table.where = fields.text_or_empty("where");
  table.sample = fields.text_or_empty("sample");
  table.order_by = fields.text_or_empty("order_by");
  table.follow = fields.text_or_empty("follow");
  table.on_missing_parent = fields.text_or_empty("on_missing_parent");
  if (fields.has("start_rows")) table.start_rows = fields.number<std::uint64_t>("start_rows");
  table.by_reference = fields.has("by_reference") && fields.flag("by_reference");
  if (fields.has("missing_parents"))
    fields.each("missing_parents", [&](const Fields& missing) {
      table.missing_parents.push_back({missing.text("reference"), missing.word("handling", {"null", "leave"}),
                                       missing.number<std::uint64_t>("rows"), missing.flag("not_valid")});
    });
  if (fields.has("load_into")) {
    const Fields root = fields.object("load_into");
    table.load_into = QualifiedName{root.text("schema"), root.text("name")};
  }
  table.has_rows = fields.flag("has_rows");
  table.rows = fields.number<std::uint64_t>("rows");
  if (fields.has("of_rows")) table.of_rows = fields.number<std::uint64_t>("of_rows");
  table.of_rows_estimated = fields.has("of_rows_estimated") && fields.flag("of_rows_estimated");
  table.row_digest = fields.text_or_empty("row_digest");
  table.binary_row_digest = fields.text_or_empty("binary_row_digest");
  table.binary = fields.has("binary") && fields.flag("binary");
  if (!table.binary && !table.binary_row_digest.empty()) fields.fail("binary_row_digest", "stands without binary rows");
  table.text_because = fields.text_or_empty("text_because");
  table.columns.reserve(fields.size("columns"));
  fields.each("columns", [&](const Fields& column) { table.columns.push_back(read_column(column)); });
  for (const Column& column : table.columns)
    if (table.binary && column.in_rows && !column.binary)
      fields.fail("columns", fmt::format("lack the binary form of \"{}\"", column.name));
  fields.each("parts", [&](const Fields& part) { table.parts.push_back(read_part(part, packs)); });
  return table;
}

LargeObject read_large_object(const Fields& fields) {
  LargeObject object;
  object.oid = fields.number<std::uint32_t>("oid");
  object.bytes = fields.number<std::uint64_t>("bytes");
  fields.each("parts", [&](const Fields& part) { object.parts.push_back(read_part(part, {})); });
  return object;
}

void read_server(const Fields& fields, Manifest& manifest) {
  manifest.server_version = fields.text("version");
  manifest.server_version_num = fields.number<int>("version_num");
  manifest.database = fields.text("database");
  manifest.host = fields.text_or_empty("host");
  manifest.port = fields.text_or_empty("port");
  manifest.user = fields.text_or_empty("user");
  manifest.server_encoding = fields.text_or_empty("encoding");
  manifest.collate = fields.text_or_empty("collate");
  manifest.ctype = fields.text_or_empty("ctype");
  manifest.locale_provider = fields.text_or_empty("locale_provider");
  manifest.icu_locale = fields.text_or_empty("icu_locale");
  manifest.snapshot_lsn = fields.text_or_empty("lsn");
}

ArchivedDatabase read_archived_database(const Fields& fields) {
  ArchivedDatabase database;
  database.name = fields.text("name");
  database.folder = fields.file("folder");
  if (!database.folder.starts_with(std::string(kDatabases) + "/"))
    fields.fail("folder", "is not where archives of databases lie");
  database.archive_id = fields.text("archive_id");
  database.objects = fields.number<std::uint64_t>("objects");
  database.tables = fields.number<std::uint64_t>("tables");
  database.rows = fields.number<std::uint64_t>("rows");
  database.encoded_bytes = fields.number<std::uint64_t>("encoded_bytes");
  database.stored_bytes = fields.number<std::uint64_t>("stored_bytes");
  return database;
}

/// Those of thousands of tables are read on two cores: a restore waits for them, and a dump that reads its own again.
std::vector<Table> read_tables(const Fields& fields, const Packs& packs) {
  constexpr std::size_t many = 1000;
  const std::size_t size = fields.size("tables"), half = size < many ? size : size / 2;
  const auto read = [&](std::size_t first, std::size_t count) {
    std::vector<Table> tables;
    tables.reserve(count);
    fields.each(
        "tables", [&](const Fields& table) { tables.push_back(read_table(table, packs)); }, first, count);
    return tables;
  };
  auto others =
      half == size ? std::future<std::vector<Table>>() : std::async(std::launch::async, read, half, size - half);
  std::vector<Table> tables = read(0, half);
  if (others.valid()) std::ranges::move(others.get(), std::back_inserter(tables));
  return tables;
}

void read_content(const Fields& fields, Manifest& manifest) {
  manifest.toc_sha256 = fields.digest("toc_sha256");
  fields.each("files", [&](const Fields& file) {
    manifest.files.push_back({file.file("file"), file.number<std::uint64_t>("bytes"), file.digest("sha256")});
  });
  manifest.packs = read_packs(fields);
  manifest.tables = read_tables(fields, manifest.packs);
  fields.each("large_objects",
              [&](const Fields& object) { manifest.large_objects.push_back(read_large_object(object)); });
}

}  // namespace

int format_version_for(const Manifest& manifest) {
  constexpr int packs = 2, databases = 3, binary = 4, fast_digests = 5;
  const auto fast = [](const std::vector<Part>& parts) {
    return std::ranges::any_of(parts, [](const Part& part) { return !part.encoded_xxh128.empty(); });
  };
  if (fast(manifest.packs) || std::ranges::any_of(manifest.tables, fast, &Table::parts)) return fast_digests;
  if (std::ranges::any_of(manifest.tables, &Table::binary)) return binary;
  if (!manifest.databases.empty()) return databases;
  return manifest.packs.empty() ? kOldestFormatVersion : packs;
}

void place_in_pack(Part& part, const Part& pack, std::uint64_t offset) {
  part.pack = pack.number;
  part.file = pack.file;
  part.offset = offset;
  const double share =
      static_cast<double>(part.encoded_bytes) / static_cast<double>(std::max<std::uint64_t>(pack.encoded_bytes, 1));
  part.stored_bytes = static_cast<std::uint64_t>(std::llround(static_cast<double>(pack.stored_bytes) * share));
}

std::vector<rows::Column> columns_in_rows(const Table& table) {
  std::vector<rows::Column> columns;
  for (const Column& column : table.columns) {
    if (column.in_rows) columns.push_back({column.name, column.kind, column.binary});
  }
  return columns;
}

rows::Format row_format(const Manifest& manifest, const Table& table) {
  return table.binary ? rows::Format::binary : manifest.rows;
}

std::unique_ptr<rows::PartDecoder> part_decoder(const Manifest& manifest, const Table& table) {
  return rows::make_decoder(row_format(manifest, table), columns_in_rows(table));
}

Manifest parse_manifest(std::string_view json) {
  const Document document(json, kManifest);
  const Fields fields(document);
  Manifest manifest;
  manifest.format_version = read_format_version(fields);
  manifest.archive_id = fields.text("archive_id");
  if (fields.has("converted_from")) manifest.converted_from = fields.texts("converted_from");
  manifest.pgcoffer_version = fields.text("pgcoffer_version");
  manifest.created = fields.text("created");
  manifest.finished = fields.text("finished");
  read_server(fields.object("server"), manifest);
  if (fields.has("globals")) manifest.globals = read_globals(fields.object("globals"));
  if (fields.has("databases"))
    fields.each("databases",
                [&](const Fields& database) { manifest.databases.push_back(read_archived_database(database)); });
  if (!manifest.databases.empty() && !manifest.globals) fields.fail("databases", "stands without globals");
  if (fields.has("database")) manifest.properties = read_database(fields.object("database"));
  manifest.rows = fields.parsed("rows", rows::parse_format);
  manifest.encoding = fields.text("encoding");
  manifest.time_zone = fields.text_or_empty("time_zone");
  const Fields compression = fields.object("compression");
  manifest.compression.method = compression.parsed("method", compress::parse_method);
  manifest.compression.level = compression.number<int>("level");
  manifest.encrypted = fields.flag("encrypted");
  manifest.has_schema = fields.flag("has_schema");
  manifest.has_data = fields.flag("has_data");
  manifest.policy = fields.text_or_empty("policy");
  manifest.pseudonym_key = fields.text_or_empty("pseudonym_key");
  manifest.options = fields.texts("options");
  if (fields.has("environment"))
    fields.each("environment", [&](const Fields& variable) {
      const bool masked = variable.has("masked") && variable.flag("masked");
      manifest.environment.push_back({variable.text("name"), masked ? "" : variable.text("value"), masked});
    });
  manifest.unsupported = fields.texts("unsupported");
  manifest.warnings = fields.texts("warnings");
  read_content(fields, manifest);
  return manifest;
}

void require_one_archive(const Manifest& manifest) {
  if (manifest.databases.empty()) return;
  std::vector<std::string> folders;
  for (const ArchivedDatabase& database : manifest.databases) folders.push_back(database.folder);
  throw Error(Kind::usage, "the archive holds a whole cluster, and this is done with one database")
      .hint(fmt::format("Name the archive of one within it: {}.", join_first(folders)));
}

void require_database(const Manifest& manifest) {
  require_one_archive(manifest);
  if (!manifest.globals) return;
  throw Error(Kind::usage, "the archive holds roles and tablespaces, no database")
      .hint("Restore it without options that speak of tables; `pgcoffer inspect` shows what is in it.");
}

}  // namespace pgcoffer::archive
