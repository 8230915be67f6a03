#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <set>

#include "archive/copy_target.hpp"
#include "archive/partitions.hpp"
#include "archive/reader.hpp"
#include "base/pattern.hpp"
#include "base/text.hpp"
#include "cli/context.hpp"
#include "cli/options.hpp"
#include "cli/report.hpp"
#include "convert/open_any.hpp"
#include "rows/format.hpp"

namespace pgcoffer::cli {
namespace {

struct Arguments {
  OpenArguments open;
  std::string path, table, rows;
};

/// Archives of pg_dump know partitioned tables by their definitions only.
std::vector<QualifiedName> untold_partitioned_tables(const archive::Reader& reader, const std::string& text) {
  std::vector<QualifiedName> found;
  const auto is_named = [&](const archive::Table& table) {
    return table.name == text || table.schema + "." + table.name == text;
  };
  if (std::ranges::any_of(reader.manifest().tables, is_named)) return found;
  for (const archive::TocEntry& entry : reader.toc().entries) {
    const bool named = entry.name == text || entry.schema + "." + entry.name == text;
    if (entry.kind == "TABLE" && named && entry.create.find("\nPARTITION BY ") != std::string::npos)
      found.push_back({entry.schema, entry.name});
  }
  return found;
}

/// An exact name wins; otherwise the text is a pattern that must match one table.
const archive::Table& find_table(const archive::Manifest& manifest, const std::string& text) {
  std::vector<const archive::Table*> found;
  for (const archive::Table& table : manifest.tables) {
    if (table.name == text || table.schema + "." + table.name == text) found.push_back(&table);
  }
  if (found.empty()) {
    const Pattern pattern = Pattern::for_relation(text);
    for (const archive::Table& table : manifest.tables) {
      if (pattern.matches(QualifiedName{table.schema, table.name})) found.push_back(&table);
    }
  }
  if (found.empty())
    throw Error(Kind::usage, fmt::format("the archive has no table \"{}\"", text))
        .hint("`pgcoffer inspect` lists the tables.");
  if (found.size() > 1) {
    throw Error(Kind::usage, fmt::format("\"{}\" stands for {} tables", text, found.size()))
        .hint(
            fmt::format("Name one with its schema, for example {}.", display_name({found[0]->schema, found[0]->name})));
  }
  return *found[0];
}

[[noreturn]] void refuse_without_rows(const archive::Table& table) {
  throw Error(Kind::usage,
              fmt::format("the archive holds no rows of table {}", quoted_name({table.schema, table.name})))
      .hint(table.reason.empty() ? "Only its definition was dumped."
                                 : fmt::format("Left out by the policy: {}.", table.reason));
}

/// The partitions that hold the table's rows, in the archive's order. All of them, or an error.
std::vector<const archive::Table*> partitions_with_rows(const archive::Reader& reader, const archive::Table& table) {
  std::set<QualifiedName> names{{table.schema, table.name}};
  archive::add_partitions(reader.toc(), names);
  std::vector<const archive::Table*> found;
  for (const archive::Table& partition : reader.manifest().tables) {
    if (!names.contains({partition.schema, partition.name}) || partition.kind == "partitioned table") continue;
    if (!partition.has_rows) refuse_without_rows(partition);
    found.push_back(&partition);
  }
  if (found.empty()) refuse_without_rows(table);
  return found;
}

/// The table, or its partitions.
std::vector<const archive::Table*> tables_with_rows(const archive::Reader& reader, const std::string& text) {
  const std::vector<QualifiedName> roots = untold_partitioned_tables(reader, text);
  if (roots.size() == 1) {
    archive::Table root;
    root.schema = roots.front().schema;
    root.name = roots.front().name;
    return partitions_with_rows(reader, root);
  }
  const archive::Table& table = find_table(reader.manifest(), text);
  if (table.has_rows) return {&table};
  if (table.kind != "partitioned table") refuse_without_rows(table);
  return partitions_with_rows(reader, table);
}

void write_out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return;
  if (errno == EPIPE) throw ReaderGone();
  throw Error(Kind::failed, "cannot write to standard output").hint("Is the disk full?");
}

/// Prints parts one after the other; what heads each part in CSV stands once.
class Printer {
 public:
  Printer(const archive::Table& table, rows::Format format, bool first)
      : table_(table),
        format_(format),
        columns_(archive::columns_in_rows(table)),
        encoder_(rows::make_encoder(format, archive::copy_target(table), columns_)) {
    if (format != rows::Format::csv) return;
    const std::string header = rows::csv_header(columns_);
    header_ = header.size();
    if (first) write_out(header);
  }

  void print(std::string_view copy_lines) { print(*encoder_, copy_lines); }

  /// Rows that lack columns: JSON objects with fewer keys, COPY commands with fewer columns.
  void print(const rows::SparseRows& rows) {
    if (format_ == rows::Format::csv) {
      throw Error(Kind::failed, "some rows lack columns, which have their defaults after a restore: CSV cannot say so")
          .hint("Print them with --rows json or sql.");
    }
    std::vector<rows::Column> columns;
    for (const std::size_t column : rows.columns) columns.push_back(columns_[column]);
    print(*rows::make_encoder(format_, archive::copy_target(table_, rows.columns), columns), rows.lines);
  }

 private:
  void print(const rows::PartEncoder& encoder, std::string_view copy_lines) {
    out_.assign(encoder.prefix());
    out_ += copy_lines;
    encoder.finish(out_, scratch_);
    write_out(std::string_view(out_).substr(header_));
  }

  const archive::Table& table_;
  rows::Format format_;
  std::vector<rows::Column> columns_;
  std::unique_ptr<rows::PartEncoder> encoder_;
  std::size_t header_ = 0;
  std::string out_, scratch_;
};

void print_rows(const archive::Reader& reader, const archive::Table& table, Printer& printer,
                const std::stop_token& stop) {
  const auto decoder = archive::part_decoder(reader.manifest(), table);
  const auto pipeline = reader.pipeline();
  std::string scratch;
  std::vector<rows::SparseRows> sparse;
  for (const archive::Part& part : table.parts) {
    if (stop.stop_requested()) throw Error(Kind::interrupted, "interrupted");
    std::uint64_t count = 0;
    const std::string_view lines = decoder->copy_lines(reader.read_part(*pipeline, part), scratch, count, sparse);
    if (count > 0 || sparse.empty()) printer.print(lines);
    for (const rows::SparseRows& rows : sparse) printer.print(rows);
  }
}

/// One header stands for the rows of all partitions.
void check_same_columns(const std::vector<const archive::Table*>& tables) {
  const auto names = [](const archive::Table& table) {
    std::vector<std::string> list;
    for (const rows::Column& column : archive::columns_in_rows(table)) list.push_back(column.name);
    return list;
  };
  for (const archive::Table* table : tables) {
    if (names(*table) == names(*tables.front())) continue;
    throw Error(Kind::failed, fmt::format("partitions {} and {} have other columns, or in another order: CSV "
                                          "cannot say so",
                                          quoted_name({tables.front()->schema, tables.front()->name}),
                                          quoted_name({table->schema, table->name})))
        .hint("Print them with --rows json or sql, or one by one.");
  }
}

void print_table(const archive::Reader& reader, const Arguments& arguments, const std::stop_token& stop) {
  archive::require_one_archive(reader.manifest());
  const auto tables = tables_with_rows(reader, arguments.table);
  const rows::Format format = arguments.rows.empty() ? reader.manifest().rows : rows::parse_format(arguments.rows);
  if (format == rows::Format::csv) check_same_columns(tables);
  for (const archive::Table* table : tables) {
    Printer printer(*table, format, table == tables.front());
    print_rows(reader, *table, printer, stop);
  }
}

}  // namespace

void add_cat(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("cat", "Print one table's rows, or those of all its partitions");
  command.footer(
      "Examples:\n  pgcoffer cat shop.zip public.users --rows csv > users.csv\n  pgcoffer cat shop.zip orders --rows "
      "json | jq .total");
  command.add_option("archive", arguments->path, "Archive: directory or zip file, or one of pg_dump's")
      ->type_name("PATH")
      ->required();
  command.add_option("table", arguments->table, "Table, with or without its schema")->type_name("TABLE")->required();
  command.add_option("--rows", arguments->rows, "sql, json or csv; default: as they are in the archive (binary: sql)")
      ->type_name("FORMAT");
  arguments->open.declare(command);
  command.callback([arguments, &context] {
    if (!arguments->rows.empty()) static_cast<void>(rows::parse_format(arguments->rows));
    arguments->open.with_identities([&](const seal::Identities& identities) {
      print_table(*converting::open_any(arguments->path, identities), *arguments, context.stop);
    });
  });
}

}  // namespace pgcoffer::cli
