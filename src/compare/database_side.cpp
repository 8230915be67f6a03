#include <fmt/format.h>

#include <algorithm>

#include "archive/leave_out.hpp"
#include "catalog/read.hpp"
#include "compare/side.hpp"
#include "compare/written_as.hpp"
#include "dump/describe.hpp"
#include "dump/source.hpp"
#include "rows/binary_part.hpp"
#include "rows/written_by.hpp"

namespace pgcoffer::comparing {
namespace {

bool left_out(const archive::Manifest& archive, std::string_view option) {
  return std::ranges::find(archive.options, option) != archive.options.end();
}

class DatabaseSide final : public Side {
 public:
  DatabaseSide(const CompareOptions& options, const archive::Reader& reader, const Wholes& wholes,
               const std::stop_token& stop)
      : source_(options.connection, stop) {
    const archive::Manifest& archive = reader.manifest();
    pg::Connection& leader = source_.leader();
    server_version_ = leader.server_version();
    archive_version_ = archive.server_version_num;
    leader.exec("SET client_encoding = " + quote_literal(archive.encoding));
    if (!archive.time_zone.empty()) leader.exec("SET TimeZone = " + quote_literal(archive.time_zone));
    if (!options.schema_only) write_as_archive(leader, reader, "SESSION");
    catalog::Selection selection;
    selection.rows = selection.refreshes = !options.schema_only;
    // What is not selected need not be readable; reading rows locks the others.
    selection.locked = options.tables.empty() && options.table_names.empty() && options.schemas.empty() &&
                       options.exclude_tables.empty() && options.exclude_schemas.empty();
    selection.privileges = !options.no_privileges && !left_out(archive, "--no-privileges");
    selection.toast_compression = !left_out(archive, "--no-toast-compression");
    selection.leave_out = options.leave_out;
    const auto has_foreign_rows = [](const archive::Table& table) {
      return table.kind == "foreign table" && table.has_rows;
    };
    if (std::ranges::any_of(archive.tables, has_foreign_rows)) selection.foreign_data = {Pattern::for_name("*")};
    catalog_ = catalog::read_catalog(leader, selection);
    toc_ = dumping::make_toc(std::exchange(catalog_.objects, {}), catalog_.tables, {},
                             {!options.no_owner && !left_out(archive, "--no-owner"), selection.privileges,
                              Sections{archive.has_schema, true, archive.has_schema}, Sections(), options.leave_out});
    for (const catalog::Table& table : catalog_.tables) {
      if (table.rows_selected || (table.relkind == 'p' && selection.rows && wholes.contains(table.name))) add(table);
    }
  }

  [[nodiscard]] std::string title() const override { return "database " + quote_ident(catalog_.database.name); }
  [[nodiscard]] const archive::Toc& toc() const override { return toc_; }
  [[nodiscard]] int server_version() const override { return server_version_; }
  [[nodiscard]] const std::vector<SideTable>& tables() const override { return tables_; }

  void read(const SideTable& table, const std::vector<std::string>& columns, const std::string& where,
            const Take& take) override {
    std::vector<std::string> values;
    for (const std::string& column : columns)
      values.push_back(
          rows::written_by(quote_always(column), type_of(table, column), server_version_, archive_version_));
    try {
      source_.leader().copy_out(read_copy(table, values, where),
                                [&](std::string_view line) { take(line.substr(0, line.size() - 1)); });
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted || error.sqlstate().empty()) throw;
      const std::string name = display_name(table.name);
      throw Error(error.kind(), fmt::format("cannot read table \"{}\": {}", name, error.message()))
          .hint(error.hint())
          .sqlstate(error.sqlstate())
          .object(name);
    }
  }

  [[nodiscard]] std::optional<std::string> binary_digest(const SideTable& table, const SideTable& like,
                                                         const std::string& where) override {
    if (!same_bytes(table, like)) return std::nullopt;
    rows::RowDigest digest;
    std::vector<std::string> names;
    for (const std::string& column : like.columns) names.push_back(quote_always(column));
    source_.leader().copy_out(read_copy(table, names, where) + " (FORMAT binary)", [&](std::string_view message) {
      const std::string_view row = rows::binary_row(message);
      if (!row.empty()) digest.add_row(row);
    });
    return fmt::format("{} {}", digest.rows(), digest.hex());
  }

  /// The manifest has the digest of every part, which the server can find, too.
  [[nodiscard]] std::vector<std::uint32_t> other_large_objects(const archive::Reader& archive) override {
    std::string values;
    for (const archive::LargeObject& object : archive.manifest().large_objects) {
      std::uint64_t offset = 0;
      const auto add_part = [&](const std::string& digest, std::uint64_t bytes) {
        values += fmt::format("{}({}::oid, {}::bigint, {}, '{}')", values.empty() ? "" : ", ", object.oid, offset,
                              bytes, digest);
        offset += bytes;
      };
      for (const archive::Part& part : object.parts) add_part(part.encoded_sha256, part.encoded_bytes);
      add_part("", 0);  // nothing may come behind the last part
    }
    if (values.empty()) values = "(NULL::oid, NULL::bigint, 0, '')";
    const std::string sql = fmt::format(
        R"(WITH part(oid, start, size, digest) AS (VALUES {})
           SELECT coalesce(part.oid, m.oid) FROM part FULL JOIN pg_catalog.pg_largeobject_metadata m ON m.oid = part.oid
           WHERE CASE WHEN part.oid IS NULL OR m.oid IS NULL THEN true
             WHEN part.size = 0 THEN pg_catalog.length(pg_catalog.lo_get(m.oid, part.start, 1)) > 0
             ELSE pg_catalog.encode(pg_catalog.sha256(pg_catalog.lo_get(m.oid, part.start, part.size)), 'hex') <> part.digest END
           GROUP BY 1 HAVING coalesce(part.oid, m.oid) IS NOT NULL ORDER BY 1)",
        values);
    std::vector<std::uint32_t> different;
    for (const pg::Row row : source_.leader().query(sql)) different.push_back(row[0].as_oid());
    return different;
  }

  [[nodiscard]] std::vector<std::string> notes() const override {
    std::vector<std::string> notes;
    for (const catalog::Unsupported& object : catalog_.unsupported)
      notes.push_back(fmt::format("not compared, since it cannot be dumped: {} {}", object.kind, object.name));
    return notes;
  }

 private:
  /// `values` is SQL.
  static std::string read_copy(const SideTable& table, const std::vector<std::string>& values,
                               const std::string& where) {
    return fmt::format("COPY (SELECT {} FROM {}{}{}{}) TO STDOUT", join(values, ", "), table.whole ? "" : "ONLY ",
                       quote_always(table.name), where.empty() ? "" : " WHERE ", where);
  }

  static const std::string& type_of(const SideTable& table, const std::string& column) {
    const auto found = std::ranges::find(table.columns, column);
    return table.types.at(static_cast<std::size_t>(found - table.columns.begin()));
  }

  void add(const catalog::Table& table) {
    SideTable side;
    side.name = table.name;
    side.whole = table.relkind == 'p';
    for (const catalog::Column& column : table.columns) {
      if (column.generated != catalog::Generated::no) continue;
      side.columns.push_back(column.name);
      side.types.push_back(column.type);
      side.forms.push_back(rows::binary_form_of(column.base_type, column.type_kind == 'e', catalog_.server.version));
    }
    for (const catalog::UniqueKey& key : table.unique_keys) {
      if (key.primary) side.key = key.columns;
    }
    side.rows = static_cast<std::uint64_t>(std::max(0.0, table.estimated_rows));
    tables_.push_back(std::move(side));
  }

  dumping::SourceDatabase source_;
  catalog::Catalog catalog_;
  archive::Toc toc_;
  int server_version_ = 0, archive_version_ = 0;
  std::vector<SideTable> tables_;
};

}  // namespace

std::unique_ptr<Side> database_side(const CompareOptions& options, const archive::Reader& archive, const Wholes& wholes,
                                    const std::stop_token& stop) {
  return std::make_unique<DatabaseSide>(options, archive, wholes, stop);
}

}  // namespace pgcoffer::comparing
