#include "cli/inspect_pg_dump.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/report.hpp"
#include "pgdump/describe.hpp"

namespace pgcoffer::cli {
namespace {

using Json = nlohmann::ordered_json;

std::map<std::string, std::size_t> kinds(const archive::Toc& toc) {
  std::map<std::string, std::size_t> counts;
  for (const archive::TocEntry& entry : toc.entries) ++counts[entry.kind];
  return counts;
}

std::string version_text(int version) {
  if (version == 0) return "script";
  return fmt::format("{}.{}", version / 100, version % 100);
}

std::string_view compression_name(compress::StreamFormat format) {
  switch (format) {
    case compress::StreamFormat::gzip:
    case compress::StreamFormat::zlib:
      return "gzip";
    case compress::StreamFormat::zstd:
      return "zstd";
    case compress::StreamFormat::lz4:
      return "lz4";
    case compress::StreamFormat::none:
      break;
  }
  return "none";
}

void print_as_json(const pgdump::Container& container, const pgdump::Description& description) {
  const pgdump::Contents& contents = container.contents();
  Json tables = Json::array();
  for (std::size_t i = 0; i < description.data.size(); ++i) {
    if (description.data[i] == nullptr) continue;
    const archive::Table& table = description.manifest.tables[i];
    Json columns = Json::array();
    for (const archive::Column& column : table.columns)
      columns.push_back({{"name", column.name}, {"type", column.type}});
    tables.push_back({{"schema", table.schema},
                      {"name", table.name},
                      {"stored_bytes", container.stored_bytes(*description.data[i])},
                      {"columns", columns}});
  }
  Json objects = Json::object();
  for (const auto& [kind, count] : kinds(description.toc)) objects[kind] = count;
  print_json({{"pg_dump", contents.dump_version},
              {"archive_version", version_text(contents.version)},
              {"created", contents.created},
              {"database", contents.database},
              {"server_version", contents.server_version},
              {"encoding", description.manifest.encoding},
              {"compression", compression_name(contents.compression)},
              {"large_objects", description.manifest.large_objects.size()},
              {"objects", objects},
              {"tables", tables}},
             stdout);
}

void print(const pgdump::Container& container, const pgdump::Description& description) {
  const pgdump::Contents& contents = container.contents();
  const auto line = [](std::string_view label, const std::string& text) {
    print_line(stdout, fmt::format("{:<12} {}", label, text));
  };
  line("Database", fmt::format("{}, PostgreSQL {}", quote_ident(contents.database), contents.server_version));
  line("Archive",
       contents.version == 0
           ? fmt::format("script of pg_dump {}, file of {} UTC", contents.dump_version, contents.created)
           : fmt::format("of pg_dump {}, version {}, {}, made {} (its local time)", contents.dump_version,
                         version_text(contents.version), compression_name(contents.compression), contents.created));
  std::vector<std::string> objects;
  for (const auto& [kind, count] : kinds(description.toc)) objects.push_back(fmt::format("{} {}", count, kind));
  line("Objects", join(objects, ", "));
  if (!description.manifest.large_objects.empty())
    line("", fmt::format("{} large objects", description.manifest.large_objects.size()));
  const auto shown = [](const archive::Table& table) { return printable(display_name({table.schema, table.name})); };
  std::size_t width = 5;
  for (const archive::Table& table : description.manifest.tables) width = std::max(width, shown(table).size());
  print_line(stdout, "");
  print_line(stdout, fmt::format("{:<{}}  {:>10}", "Table", width, "Stored"));
  for (std::size_t i = 0; i < description.data.size(); ++i) {
    if (description.data[i] == nullptr) continue;
    print_line(stdout, fmt::format("{:<{}}  {:>10}", shown(description.manifest.tables[i]), width,
                                   human_bytes(container.stored_bytes(*description.data[i]))));
  }
}

}  // namespace

void inspect_pg_dump(const std::filesystem::path& path, bool json) {
  const auto container = pgdump::open(path);
  const pgdump::Description description = pgdump::describe(*container);
  json ? print_as_json(*container, description) : print(*container, description);
}

}  // namespace pgcoffer::cli
