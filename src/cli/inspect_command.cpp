#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "archive/globals_json.hpp"
#include "archive/reader.hpp"
#include "archive/row_choice.hpp"
#include "base/text.hpp"
#include "cli/context.hpp"
#include "cli/inspect_pg_dump.hpp"
#include "cli/options.hpp"
#include "cli/report.hpp"
#include "pgdump/container.hpp"

namespace pgcoffer::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  OpenArguments open;
  std::string path;
  bool json = false;
};

struct Sizes {
  std::uint64_t encoded = 0, stored = 0;
};

Sizes sizes(const std::vector<archive::Part>& parts) {
  Sizes sum;
  for (const archive::Part& part : parts) {
    sum.encoded += part.encoded_bytes;
    sum.stored += part.stored_bytes;
  }
  return sum;
}

std::map<std::string, std::size_t> kinds(const archive::Toc& toc) {
  std::map<std::string, std::size_t> counts;
  for (const archive::TocEntry& entry : toc.entries) ++counts[entry.kind];
  return counts;
}

Json table_json(const archive::Table& table) {
  const Sizes size = sizes(table.parts);
  Json columns = Json::array();
  for (const archive::Column& column : table.columns) {
    Json item = {{"name", column.name}, {"type", column.type}, {"verdict", column.verdict}};
    if (!column.how.empty()) item["how"] = column.how;
    if (!column.reason.empty()) item["reason"] = column.reason;
    columns.push_back(std::move(item));
  }
  Json object = {{"schema", table.schema}, {"name", table.name}, {"kind", table.kind}, {"verdict", table.verdict}};
  if (!table.reason.empty()) object["reason"] = table.reason;
  if (!table.where.empty()) object["where"] = table.where;
  if (!table.sample.empty()) object["sample"] = table.sample;
  if (!table.order_by.empty()) object["order_by"] = table.order_by;
  if (!table.follow.empty()) object["follow"] = table.follow;
  if (table.start_rows) object["start_rows"] = *table.start_rows;
  if (table.by_reference) object["by_reference"] = true;
  for (const archive::MissingParents& missing : table.missing_parents)
    object["missing_parents"].push_back({{"reference", missing.reference},
                                         {"handling", missing.handling},
                                         {"rows", missing.rows},
                                         {"not_valid", missing.not_valid}});
  if (table.binary) object["binary"] = true;
  if (!table.text_because.empty()) object["text_because"] = table.text_because;
  object["has_rows"] = table.has_rows;
  object["rows"] = table.rows;
  if (table.of_rows) object["of_rows"] = *table.of_rows;
  if (table.of_rows_estimated) object["of_rows_estimated"] = true;
  object["parts"] = table.parts.size();
  object["encoded_bytes"] = size.encoded;
  object["stored_bytes"] = size.stored;
  object["columns"] = std::move(columns);
  return object;
}

/// "sql", "binary", "binary and sql".
std::string row_formats(const archive::Manifest& manifest) {
  std::string formats;
  for (const rows::Format format : {rows::Format::binary, manifest.rows}) {
    const bool any = std::ranges::any_of(manifest.tables, [&](const archive::Table& table) {
      return table.has_rows && archive::row_format(manifest, table) == format;
    });
    if (any) formats += fmt::format("{}{}", formats.empty() ? "" : " and ", rows::to_string(format));
  }
  return formats.empty() ? std::string(rows::to_string(manifest.rows)) : formats;
}

/// Without the passwords: what is printed may be kept by terminals and logs.
Json shown_globals(const cluster::Globals& globals) {
  std::string text;
  archive::ObjectText out(text);
  archive::write_globals(out, globals);
  out.end();
  Json shown = Json::parse(text);
  for (Json& role : shown["roles"]) {
    if (role.contains("password")) role["password"] = true;
  }
  return shown;
}

Json to_json(const archive::Reader& reader) {
  const archive::Manifest& manifest = reader.manifest();
  Json recipients = Json::array();
  for (const seal::RecipientInfo& recipient : reader.recipients())
    recipients.push_back({{"kind", recipient.kind}, {"id", recipient.id}});
  Json tables = Json::array();
  std::uint64_t rows = 0;
  for (const archive::Table& table : manifest.tables) {
    tables.push_back(table_json(table));
    rows += table.rows;
  }
  Json environment = Json::array();
  for (const archive::Variable& variable : manifest.environment) {
    environment.push_back({{"name", variable.name}});
    if (variable.masked)
      environment.back()["masked"] = true;
    else
      environment.back()["value"] = variable.value;
  }
  Json objects = Json::object();
  for (const auto& [kind, count] : kinds(reader.toc())) objects[kind] = count;
  Json out = {{"archive_id", manifest.archive_id},
              {"format_version", manifest.format_version},
              {"pgcoffer_version", manifest.pgcoffer_version},
              {"created", manifest.created},
              {"finished", manifest.finished},
              {"database", manifest.database},
              {"host", manifest.host},
              {"port", manifest.port},
              {"user", manifest.user},
              {"server_version", manifest.server_version},
              {"encoding", manifest.encoding},
              {"snapshot_lsn", manifest.snapshot_lsn},
              {"row_format", rows::to_string(manifest.rows)},
              {"compression", compress::to_string(manifest.compression)},
              {"encrypted", manifest.encrypted},
              {"recipients", recipients},
              {"policy", manifest.policy},
              {"pseudonym_key", manifest.pseudonym_key},
              {"environment", environment},
              {"options", manifest.options},
              {"rows", rows},
              {"large_objects", manifest.large_objects.size()},
              {"stored_bytes", reader.stored_bytes()},
              {"objects", objects},
              {"tables", tables},
              {"unsupported", manifest.unsupported},
              {"warnings", manifest.warnings}};
  if (manifest.globals) out["globals"] = shown_globals(*manifest.globals);
  for (const archive::ArchivedDatabase& database : manifest.databases)
    out["databases"].push_back({{"name", database.name},
                                {"folder", database.folder},
                                {"archive_id", database.archive_id},
                                {"objects", database.objects},
                                {"tables", database.tables},
                                {"rows", database.rows},
                                {"encoded_bytes", database.encoded_bytes},
                                {"stored_bytes", database.stored_bytes}});
  return out;
}

/// The options that say what was taken and left out; the others are shown in lines of their own.
std::string chosen(std::vector<std::string> options) {
  std::erase_if(options, [](const std::string& option) {
    return option.starts_with("--rows ") || option.starts_with("--compress ") || option.starts_with("--policy ");
  });
  return join(options, ", ");
}

void print_head(const archive::Reader& reader) {
  const archive::Manifest& manifest = reader.manifest();
  const auto line = [](std::string_view label, const std::string& text) {
    if (!text.empty()) print_line(stdout, fmt::format("{:<12} {}", label, text));
  };
  line(manifest.globals ? "Globals" : "Database",
       fmt::format("{}{} on {}, PostgreSQL {}", manifest.globals ? "by way of database " : "",
                   quote_ident(manifest.database), manifest.host, manifest.server_version));
  line("Snapshot", fmt::format("{}, LSN {}", manifest.created, manifest.snapshot_lsn));
  line("Archive", fmt::format("{}, format {}, pgcoffer {}", manifest.archive_id, manifest.format_version,
                              manifest.pgcoffer_version));
  std::vector<std::string> recipients;
  for (const seal::RecipientInfo& recipient : reader.recipients()) {
    recipients.push_back(recipient.id.empty() ? recipient.kind : fmt::format("{} {}", recipient.kind, recipient.id));
  }
  const std::string encrypted = manifest.encrypted ? "encrypted to " + join(recipients, ", ") : "not encrypted";
  line("Contents", manifest.globals ? fmt::format("{} roles{}, {} tablespaces, {}", manifest.globals->roles.size(),
                                                  manifest.globals->passwords ? " with passwords" : "",
                                                  manifest.globals->tablespaces.size(), encrypted)
                                    : fmt::format("{}{} rows as {}, {}, {}", manifest.has_schema ? "schema, " : "",
                                                  manifest.has_data ? "with" : "no", row_formats(manifest),
                                                  compress::to_string(manifest.compression), encrypted));
  line("Size", fmt::format("{} stored", human_bytes(reader.stored_bytes())));
  line("Policy", manifest.policy);
  line("Pseudonyms", manifest.pseudonym_key.empty() ? "" : "made with key " + manifest.pseudonym_key);
  line("Options", chosen(manifest.options));
  const auto masked = std::ranges::count_if(manifest.environment, &archive::Variable::masked);
  if (!manifest.environment.empty())
    line("Environment", fmt::format("{} variables, {} of them masked", manifest.environment.size(), masked));
  std::vector<std::string> objects;
  for (const auto& [kind, count] : kinds(reader.toc())) objects.push_back(fmt::format("{} {}", count, kind));
  line("Objects", join(objects, ", "));
  if (!manifest.large_objects.empty()) line("", fmt::format("{} large objects", manifest.large_objects.size()));
  for (const std::string& text : manifest.unsupported) line("Left out", text);
  for (const std::string& text : manifest.warnings) line("Warning", text);
}

std::string shown_name(const archive::Table& table) {
  return printable(display_name({table.schema, table.name}));
}

void print_tables(const archive::Manifest& manifest) {
  std::size_t width = 5;
  for (const archive::Table& table : manifest.tables) width = std::max(width, shown_name(table).size());
  print_line(stdout, "");
  print_line(stdout, fmt::format("{:<{}}  {:>12}  {:>10}  {:>10}  {}", "Table", width, "Rows", "Row text", "Stored",
                                 "Verdict"));
  for (const archive::Table& table : manifest.tables) {
    const Sizes size = sizes(table.parts);
    const std::string verdict =
        table.reason.empty() ? table.verdict : fmt::format("{}: {}", table.verdict, table.reason);
    print_line(stdout, fmt::format("{:<{}}  {:>12}  {:>10}  {:>10}  {}", shown_name(table), width,
                                   table.has_rows ? human_count(table.rows) : "-",
                                   table.has_rows ? human_bytes(size.encoded) : "-",
                                   table.has_rows ? human_bytes(size.stored) : "-", verdict));
    const std::string choice = archive::row_choice(table);
    if (archive::holds_some_rows(table))
      print_line(stdout, fmt::format("  {}: {}", archive::rows_kept(table.rows, table.of_rows, table.of_rows_estimated),
                                     choice));
    else if (!choice.empty())
      print_line(stdout, fmt::format("  {}", choice));
    if (!table.text_because.empty())
      print_line(stdout, fmt::format("  rows as sql: {}", printable(table.text_because)));
    for (const archive::Column& column : table.columns) {
      if (column.verdict != "keep") {
        print_line(stdout, fmt::format("  {}: {}{}", quote_ident(column.name), column.verdict,
                                       column.reason.empty() ? "" : ": " + column.reason));
      }
    }
  }
}

void print_databases(const archive::Manifest& manifest) {
  std::size_t width = 8;
  for (const archive::ArchivedDatabase& database : manifest.databases)
    width = std::max(width, printable(quote_ident(database.name)).size());
  print_line(stdout, "");
  print_line(stdout, fmt::format("{:<{}}  {:>8}  {:>8}  {:>12}  {:>10}  {:>10}  {}", "Database", width, "Objects",
                                 "Tables", "Rows", "Row text", "Stored", "Archive"));
  for (const archive::ArchivedDatabase& database : manifest.databases) {
    print_line(
        stdout,
        fmt::format("{:<{}}  {:>8}  {:>8}  {:>12}  {:>10}  {:>10}  {}", printable(quote_ident(database.name)), width,
                    human_count(database.objects), human_count(database.tables), human_count(database.rows),
                    human_bytes(database.encoded_bytes), human_bytes(database.stored_bytes), database.folder));
  }
}

}  // namespace

void add_inspect(CLI::App& app, Context& /*context*/) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("inspect", "Tell what is in an archive, without reading its parts");
  command.footer("Example:\n  pgcoffer inspect shop.zip");
  command.add_option("archive", arguments->path, "Archive: directory or zip file, or one of pg_dump's")
      ->type_name("PATH")
      ->required();
  command.add_flag("--json", arguments->json, "Print it as JSON");
  arguments->open.declare(command);
  command.callback([arguments] {
    if (pgdump::is_pg_dump(arguments->path)) return inspect_pg_dump(arguments->path, arguments->json);
    arguments->open.with_identities([&](const seal::Identities& identities) {
      const auto reader = archive::open(arguments->path, identities);
      if (arguments->json) {
        print_json(to_json(*reader), stdout);
        return;
      }
      print_head(*reader);
      if (!reader->manifest().globals) print_tables(reader->manifest());
      if (!reader->manifest().databases.empty()) print_databases(reader->manifest());
    });
  });
}

}  // namespace pgcoffer::cli
