#include <fmt/format.h>

#include <cstdio>

#include "archive/copy_target.hpp"
#include "archive/reader.hpp"
#include "base/pattern.hpp"
#include "base/text.hpp"
#include "cli/context.hpp"
#include "cli/options.hpp"
#include "rows/format.hpp"

namespace pgcoffer::cli {
namespace {

struct Arguments {
  OpenArguments open;
  std::string path, table, rows;
};

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
  if (!found[0]->has_rows) {
    throw Error(Kind::usage, fmt::format("the archive holds no rows of table \"{}\"", text))
        .hint(found[0]->reason.empty() ? "Only its definition was dumped."
                                       : fmt::format("Left out by the policy: {}.", found[0]->reason));
  }
  return *found[0];
}

void write_out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
    throw Error(Kind::failed, "cannot write to standard output")
        .hint("Did the reading program end early, or is the disk full?");
  }
}

class Printer {
 public:
  Printer(const archive::Table& table, const std::string& rows)
      : csv_(rows == "csv"), columns_(archive::columns_in_rows(table)) {
    if (csv_) {
      rows::append_csv_header(columns_, out_);
    } else {
      encoder_ = rows::make_encoder(rows::parse_format(rows), archive::copy_target(table), columns_);
    }
  }

  [[nodiscard]] const std::vector<rows::Column>& columns() const { return columns_; }

  void print(std::string_view copy_lines) {
    if (csv_) {
      rows::append_csv(copy_lines, out_);
    } else {
      out_.assign(encoder_->prefix());
      out_ += copy_lines;
      encoder_->finish(out_, scratch_);
    }
    finish();
  }

  /// What is left: the header of a CSV without rows.
  void finish() {
    write_out(out_);
    out_.clear();
  }

 private:
  bool csv_;
  std::vector<rows::Column> columns_;
  std::unique_ptr<rows::PartEncoder> encoder_;
  std::string out_, scratch_;
};

void print_table(const archive::Reader& reader, const Arguments& arguments) {
  const archive::Table& table = find_table(reader.manifest(), arguments.table);
  const std::string rows =
      arguments.rows.empty() ? std::string(rows::to_string(reader.manifest().rows)) : arguments.rows;
  Printer printer(table, rows);
  const auto decoder = rows::make_decoder(reader.manifest().rows, printer.columns());
  const auto pipeline = reader.pipeline();
  std::string scratch;
  for (const archive::Part& part : table.parts) {
    std::uint64_t count = 0;
    printer.print(decoder->copy_lines(reader.read_part(*pipeline, part), scratch, count));
  }
  printer.finish();
  if (std::fflush(stdout) != 0) throw Error(Kind::failed, "cannot write to standard output");
}

}  // namespace

void add_cat(CLI::App& app, Context& /*context*/) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("cat", "Print one table's rows");
  command.footer(
      "Examples:\n  pgcoffer cat shop.zip public.users --rows csv > users.csv\n  pgcoffer cat shop.zip orders --rows "
      "json | jq .total");
  command.add_option("archive", arguments->path, "Archive: directory or zip file")->type_name("PATH")->required();
  command.add_option("table", arguments->table, "Table, with or without its schema")->type_name("TABLE")->required();
  command.add_option("--rows", arguments->rows, "sql, json or csv; default: as they are in the archive")
      ->type_name("FORMAT");
  arguments->open.declare(command);
  command.callback([arguments] {
    if (!arguments->rows.empty() && arguments->rows != "csv") static_cast<void>(rows::parse_format(arguments->rows));
    arguments->open.with_identities([&](const seal::Identities& identities) {
      print_table(*archive::open(arguments->path, identities), *arguments);
    });
  });
}

}  // namespace pgcoffer::cli
