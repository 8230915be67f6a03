#include "merge/row_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "compare/fields.hpp"
#include "compare/written_as.hpp"
#include "restore/binary_columns.hpp"
#include "rows/binary_part.hpp"
#include "rows/written_by.hpp"

namespace pgcoffer::merging {
namespace {

std::vector<std::string> columns_of(const archive::Table& table) {
  std::vector<std::string> names;
  for (const rows::Column& column : archive::columns_in_rows(table)) names.push_back(column.name);
  return names;
}

/// What equal rows have in common.
std::string number_and_digest(const rows::RowDigest& digest) {
  return fmt::format("{} {}", digest.rows(), digest.hex());
}

/// Of the rows that are there; of a partitioned table those of its partitions. `columns` is SQL.
std::string read_copy(const QualifiedName& target, const Sources& sources, const std::vector<std::string>& columns) {
  return fmt::format("COPY (SELECT {} FROM {}{}) TO STDOUT", join(columns, ", "),
                     sources.size() > 1 || sources.front()->load_into ? "" : "ONLY ", quote_always(target));
}

}  // namespace

RowCheck::RowCheck(const archive::Reader& reader, pg::Connection& connection)
    : reader_(reader), connection_(connection) {
  connection.exec("SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = hex");
  const std::string& zone = reader.manifest().time_zone;
  if (!zone.empty()) connection.exec("SET LOCAL TimeZone = " + quote_literal(zone));
  comparing::write_as_archive(connection, reader, "LOCAL");
}

std::optional<bool> RowCheck::same(const QualifiedName& target, const Sources& sources) {
  const std::vector<std::string> columns = columns_of(*sources.front());
  if (same_in_binary(target, sources, columns)) return true;
  const std::optional<std::string> expected = archived(sources, columns);
  if (!expected) return std::nullopt;
  std::vector<std::string> values;
  for (const archive::Column& column : sources.front()->columns)
    if (column.in_rows)
      values.push_back(rows::written_by(quote_always(column.name), column.type, connection_.server_version(),
                                        reader_.manifest().server_version_num));
  rows::RowDigest found;
  connection_.copy_out(read_copy(target, sources, values), [&](std::string_view line) { found.add_lines(line); });
  return number_and_digest(found) == *expected;
}

/// False means nothing: the same value may have other bytes (an array that says that it may have NULLs, of which it has
/// none). Then the text decides.
bool RowCheck::same_in_binary(const QualifiedName& target, const Sources& sources,
                              const std::vector<std::string>& columns) {
  const archive::Table& table = *sources.front();
  if (sources.size() > 1 || table.binary_row_digest.empty() ||
      !restoring::same_binary_columns(connection_, target, table))
    return false;
  rows::RowDigest found;
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(quote_always(column));
  connection_.copy_out(read_copy(target, sources, names) + " (FORMAT binary)", [&](std::string_view message) {
    const std::string_view row = rows::binary_row(message);
    if (!row.empty()) found.add_row(row);
  });
  return number_and_digest(found) == fmt::format("{} {}", table.rows, table.binary_row_digest);
}

/// Number and digest of the rows as text; nothing where some of them take defaults.
std::optional<std::string> RowCheck::archived(const Sources& sources, const std::vector<std::string>& columns) {
  if (sources.size() == 1 && !sources.front()->row_digest.empty())
    return fmt::format("{} {}", sources.front()->rows, sources.front()->row_digest);
  rows::RowDigest digest;
  for (const archive::Table* table : sources)
    if (!add(*table, columns, digest)) return std::nullopt;
  return number_and_digest(digest);
}

/// Adds the rows with their values in the order of `columns`; false where rows lack some.
bool RowCheck::add(const archive::Table& table, const std::vector<std::string>& columns, rows::RowDigest& digest) {
  const std::vector<std::string> own = columns_of(table);
  std::vector<std::size_t> which;
  for (const std::string& column : columns) {
    const auto found = std::ranges::find(own, column);
    if (found == own.end()) return false;
    which.push_back(static_cast<std::size_t>(found - own.begin()));
  }
  const bool whole = own == columns;
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
      if (!whole) comparing::split_fields(line, fields);
      digest.add_row(whole ? line : comparing::project(fields, which, projected));
    }
  }
  return true;
}

}  // namespace pgcoffer::merging
