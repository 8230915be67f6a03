#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "compare/fields.hpp"
#include "convert/open_any.hpp"
#include "merge/row_check.hpp"
#include "pgcoffer/compare.hpp"
#include "pgcoffer/error.hpp"
#include "pgcoffer/merge.hpp"
#include "restore/mapping.hpp"
#include "restore/selection.hpp"
#include "rows/format.hpp"

namespace pgcoffer {
namespace merging {
namespace {

/// Tables of an archive whose rows went into one table: mostly one. Into a partitioned table
/// (--load-via-partition-root) those of all its partitions did, and may lie in others now.
using Sources = std::vector<const archive::Table*>;

class RestoredRows {
 public:
  RestoredRows(const archive::Reader& reader, pg::Connection& connection, Progress& progress)
      : reader_(reader), connection_(connection), progress_(progress) {}

  /// True when the table has the archive's rows, or cannot be compared, which is a warning.
  bool same(const QualifiedName& target, const Sources& sources) {
    const std::string name = display_name(target);
    progress_.table_started(name);
    const std::vector<std::string> columns = columns_of(*sources.front());
    const bool partitioned = sources.front()->load_into.has_value();
    const auto expected = archived(sources, columns);
    bool same = true;
    if (expected) {
      const rows::RowDigest found =
          digest_of(connection_, (partitioned ? "" : "ONLY ") + quote_always(target), columns);
      same = fmt::format("{} {}", found.rows(), found.hex()) == *expected;
    } else {
      progress_.warning(fmt::format("table {} is not verified: rows of the archive lack columns", name));
    }
    progress_.table_finished(name, sources.front()->rows);
    return same;
  }

 private:
  static std::vector<std::string> columns_of(const archive::Table& table) {
    std::vector<std::string> names;
    for (const rows::Column& column : archive::columns_in_rows(table)) names.push_back(column.name);
    return names;
  }

  /// Number and digest of the rows; nothing where some of them take defaults.
  [[nodiscard]] std::optional<std::string> archived(const Sources& sources, const std::vector<std::string>& columns) {
    if (sources.size() == 1 && !sources.front()->row_digest.empty())
      return fmt::format("{} {}", sources.front()->rows, sources.front()->row_digest);
    rows::RowDigest digest;
    for (const archive::Table* table : sources)
      if (!add(*table, columns, digest)) return std::nullopt;
    return fmt::format("{} {}", digest.rows(), digest.hex());
  }

  /// Adds the rows with their values in the order of `columns`; false where rows lack some.
  bool add(const archive::Table& table, const std::vector<std::string>& columns, rows::RowDigest& digest) {
    const std::vector<std::string> own = columns_of(table);
    std::vector<std::size_t> which;
    for (const std::string& column : columns) {
      const auto found = std::ranges::find(own, column);
      if (found == own.end()) return false;
      which.push_back(static_cast<std::size_t>(found - own.begin()));
    }
    const auto decoder = archive::part_decoder(reader_.manifest(), table);
    const auto pipeline = reader_.pipeline();
    std::string scratch, projected;
    std::vector<rows::SparseRows> sparse;
    std::vector<std::string_view> fields;
    for (const archive::Part& part : table.parts) {
      std::uint64_t count = 0;
      std::string_view lines = decoder->copy_lines(reader_.read_part(*pipeline, part), scratch, count, sparse);
      if (!sparse.empty()) return false;
      while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(line.size() + 1);
        comparing::split_fields(line, fields);
        digest.add_line(own == columns ? line : comparing::project(fields, which, projected));
      }
    }
    return true;
  }

  const archive::Reader& reader_;
  pg::Connection& connection_;
  Progress& progress_;
};

std::map<QualifiedName, Sources> restored_tables(const archive::Reader& reader, const RestoreOptions& options) {
  std::optional<restoring::Mapping> mapping;
  if (!options.map_schemas.empty() || !options.map_tables.empty())
    mapping.emplace(options, reader.manifest(), reader.toc());
  std::map<QualifiedName, Sources> tables;
  const restoring::Choice choice = restoring::choose(reader.manifest(), reader.toc(), options);
  for (const archive::Table* table : restoring::select(reader.manifest(), reader.toc(), options, choice).tables) {
    const QualifiedName into = table->load_into.value_or(QualifiedName{table->schema, table->name});
    tables[mapping ? mapping->table(into) : into].push_back(table);
  }
  return tables;
}

std::vector<std::string> differing_large_objects(const archive::Reader& reader, const RestoreOptions& options,
                                                 Progress& progress, const std::stop_token& stop) {
  const bool selected =
      !options.tables.empty() || !options.table_names.empty() || !options.objects.empty() || !options.schemas.empty();
  std::vector<std::string> names;
  if (selected || reader.manifest().large_objects.empty()) return names;
  CompareOptions compared;
  compared.archive = options.path;
  compared.identities = options.identities;
  compared.connection = options.connection;
  compared.data_only = true;
  compared.only.emplace();
  for (const std::uint32_t oid : compare(compared, progress, stop).large_objects)
    names.push_back(fmt::format("large object {}", oid));
  return names;
}

}  // namespace
}  // namespace merging

std::uint64_t verify_restored(const RestoreOptions& options, Progress& progress, const std::stop_token& stop) {
  const auto reader = converting::open_any(options.path, options.identities, {}, stop);
  const auto tables = merging::restored_tables(*reader, options);
  progress.phase("verify", {});
  pg::Connection connection(options.connection, pg::Session::restore);
  const std::stop_callback on_stop(stop, [&] { connection.cancel(); });
  connection.exec("SET client_encoding = " + quote_literal(reader->manifest().encoding));
  connection.exec("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  merging::write_as_archived(connection, reader->manifest());
  merging::RestoredRows rows(*reader, connection, progress);
  std::vector<std::string> names;
  for (const auto& [target, sources] : tables)
    if (!rows.same(target, sources)) names.push_back(display_name(target));
  connection.exec("COMMIT");
  for (std::string& name : merging::differing_large_objects(*reader, options, progress, stop))
    names.push_back(std::move(name));
  if (names.empty()) return tables.size();
  throw Error(Kind::failed, fmt::format("restored, but not the same as in the archive: {}", join_first(names)))
      .hint("Does a trigger change rows, or did somebody write to the database? `pgcoffer compare --rows` lists them.");
}

}  // namespace pgcoffer
