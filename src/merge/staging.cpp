#include "merge/staging.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pgcoffer/error.hpp"
#include "rows/format.hpp"
#include "rows/part_lines.hpp"

namespace pgcoffer::merging {
namespace {

std::string quoted(const std::vector<std::string>& names) {
  std::vector<std::string> list;
  for (const std::string& name : names) list.push_back(quote_always(name));
  return join(list, ", ");
}

void create(pg::Connection& connection, TargetTable& table) {
  table.staging = fmt::format("pg_temp.pgcoffer_{}", table.oid);
  std::string sql =
      fmt::format("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM ONLY {} WITH NO DATA;",
                  table.staging.substr(std::string_view("pg_temp.").size()), quoted(table.writable), table.sql());
  for (const std::string& column : table.extra)
    sql += fmt::format("ALTER TABLE {} ADD {} text;", table.staging, quote_always(column));
  sql += fmt::format(
      "ALTER TABLE {} ADD {} boolean NOT NULL DEFAULT false, ADD {} boolean NOT NULL DEFAULT false, ADD {} integer NOT "
      "NULL DEFAULT 0;",
      table.staging, kPicked, kMoved, kGiven);
  connection.exec(sql);
  table.given = {table.writable};
}

/// Rows that lack columns: the columns that they have get a number, which the rows take as a default.
void copy_sparse(pg::Connection& connection, TargetTable& table, const std::vector<std::string>& names,
                 const rows::SparseRows& some) {
  std::vector<std::string> columns, given;
  for (const std::size_t column : some.columns) {
    columns.push_back(names.at(column));
    if (std::ranges::find(table.writable, columns.back()) != table.writable.end()) given.push_back(columns.back());
  }
  auto found = std::ranges::find(table.given, given);
  if (found == table.given.end()) found = table.given.insert(found, given);
  const auto set_default = [&](std::ptrdiff_t number) {
    connection.exec(fmt::format("ALTER TABLE {} ALTER {} SET DEFAULT {}", table.staging, kGiven, number));
  };
  set_default(found - table.given.begin());
  connection.copy_in(fmt::format("COPY {} ({}) FROM STDIN", table.staging, quoted(columns)), some.lines);
  set_default(0);
}

/// A decoder knows lines, not files.
std::string_view decode(const rows::PartDecoder& decoder, const archive::Part& part, std::string_view text,
                        std::string& scratch, std::uint64_t& count, std::vector<rows::SparseRows>& sparse) {
  try {
    return decoder.copy_lines(text, scratch, count, sparse);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("archive is damaged: \"{}\": {}", part.file, error.message()))
        .hint(error.hint())
        .object(part.file);
  }
}

void load_part(pg::Connection& connection, const archive::Reader& reader, archive::Reader::Pipeline& pipeline,
               TargetTable& table, const archive::Part& part) {
  const std::vector<rows::Column> columns = archive::columns_in_rows(*table.archived);
  std::vector<std::string> names;
  for (const rows::Column& column : columns) names.push_back(column.name);
  std::string scratch;
  std::uint64_t count = 0;
  const auto decoder = archive::part_decoder(reader.manifest(), *table.archived);
  std::vector<rows::SparseRows> sparse;
  const std::string_view text = reader.read_part(pipeline, part);
  const std::string_view lines = decode(*decoder, part, text, scratch, count, sparse);
  std::uint64_t all = count;
  for (const rows::SparseRows& some : sparse) all += some.rows;
  if (all != part.rows && !reader.accepts_edited()) {
    throw Error(Kind::damaged, fmt::format("archive is damaged: \"{}\": {} rows where the manifest says {}", part.file,
                                           all, part.rows));
  }
  if (names.empty()) {  // rows of nothing, which are but a number
    connection.exec(fmt::format("INSERT INTO {} SELECT FROM pg_catalog.generate_series(1, {})", table.staging, count));
    return;
  }
  std::vector<std::size_t> loaded;  // columns of the rows that are being loaded
  try {
    connection.copy_in(fmt::format("COPY {} ({}) FROM STDIN", table.staging, quoted(names)), lines);
    for (const rows::SparseRows& some : sparse) {
      loaded = some.columns;
      copy_sparse(connection, table, names, some);
    }
  } catch (const Error& error) {
    throw rows::with_line_of_part(error, *decoder, text, loaded);
  }
}

}  // namespace

void stage(pg::Connection& connection, const archive::Reader& reader, TargetTable& table, Progress& progress) {
  const std::string name = display_name(table.name);
  progress.table_started(name);
  try {
    create(connection, table);
    const auto pipeline = reader.pipeline();
    for (const archive::Part& part : table.archived->parts) {
      load_part(connection, reader, *pipeline, table, part);
      progress.advanced(part.rows, part.encoded_bytes);
    }
    connection.exec("ANALYZE " + table.staging);
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted || error.kind() == Kind::damaged) throw;
    throw Error(error.kind(),
                fmt::format("cannot stage the rows of table {}: {}", quoted_name(table.name), error.message()))
        .hint(error.hint())
        .sqlstate(error.sqlstate())
        .object(name);
  }
  progress.table_finished(name, table.archived->rows);
}

void keep_picked(pg::Connection& connection, const TargetTable& table) {
  connection.exec(fmt::format("DELETE FROM {0} WHERE NOT {1}; ANALYZE {0}", table.staging, kPicked));
}

}  // namespace pgcoffer::merging
