#include "merge/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "archive/partitions.hpp"
#include "base/sql_tokens.hpp"
#include "merge/statement.hpp"
#include "pgcoffer/error.hpp"
#include "restore/written_name.hpp"

namespace pgcoffer {

MergeMode parse_merge_mode(const std::string& text) {
  constexpr std::array modes{
      std::pair{"append", MergeMode::append},   std::pair{"truncate", MergeMode::truncate},
      std::pair{"replace", MergeMode::replace}, std::pair{"upsert", MergeMode::upsert},
      std::pair{"sync", MergeMode::sync},       std::pair{"insert-missing", MergeMode::insert_missing},
  };
  for (const auto& [name, mode] : modes)
    if (text == name) return mode;
  throw Error(Kind::usage, fmt::format("unknown mode \"{}\"", text))
      .hint("Modes are create, append, truncate, replace, upsert, insert-missing and sync.");
}

Follow parse_follow(const std::string& text) {
  constexpr std::array directions{std::pair{"children", Follow::children}, std::pair{"parents", Follow::parents},
                                  std::pair{"both", Follow::both}};
  for (const auto& [name, direction] : directions)
    if (text == name) return direction;
  throw Error(Kind::usage, fmt::format("cannot follow \"{}\"", text)).hint("Follow children, parents or both.");
}

namespace merging {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\n") - first + 1));
}

/// The table of the archive that the text names.
QualifiedName archived_table(const archive::Manifest& manifest, const std::string& text, const char* option) {
  std::vector<QualifiedName> found;
  for (const archive::Table& table : manifest.tables) {
    const QualifiedName own{table.schema, table.name};
    if (restoring::names_table(text, own, option) || text == display_name(own)) found.push_back(own);
  }
  if (found.size() == 1) return found.front();
  throw Error(Kind::usage,
              fmt::format("{}: the archive has {} table \"{}\"", option, found.empty() ? "no" : "more than one", text))
      .hint(
          "Write schema.table as `pgcoffer inspect` shows it; names with colons, dots or quotes in them within double "
          "quotes: '\"a:b\": …'.");
}

std::vector<TableText> by_table(const archive::Manifest& manifest, const archive::Toc& toc,
                                const std::map<pg::Oid, TargetTable>& tables, const std::vector<std::string>& texts,
                                const char* option) {
  std::vector<TableText> found;
  for (const std::string& text : texts) {
    const std::size_t colon = restoring::find_unquoted(text, ':');
    if (colon == std::string::npos && text.find(':') != std::string::npos)
      throw Error(Kind::usage, fmt::format("{} \"{}\" has a quote that does not end before its colon", option, text))
          .hint("Names with quotes in them stand within double quotes, with their own doubled: '\"a\"\"b\": …'.");
    if (colon == std::string::npos)
      throw Error(Kind::usage, fmt::format("{} \"{}\" has no colon", option, text)).hint("Write TABLE: …");
    const QualifiedName named = archived_table(manifest, trimmed(text.substr(0, colon)), option);
    std::set<QualifiedName> all{named};
    archive::add_partitions(toc, all);
    const std::size_t before = found.size();
    for (const auto& [oid, table] : tables) {
      if (all.contains({table.archived->schema, table.archived->name}))
        found.push_back({oid, named.name, trimmed(text.substr(colon + 1))});
    }
    if (found.size() == before) {
      throw Error(Kind::usage, fmt::format("{}: table {} has no rows in the archive, or is not in the database", option,
                                           quoted_name(named)))
          .hint("Rows are picked for tables that exist: `pgcoffer restore -s` makes them without rows first.");
    }
  }
  return found;
}

/// Between commas, but not those in double quotes.
std::vector<std::string> key_columns(std::string_view text) {
  std::vector<std::string> columns;
  for (std::size_t comma = 0; comma != std::string_view::npos;
       text.remove_prefix(std::min(comma, text.size() - 1) + 1)) {
    comma = restoring::find_unquoted(text, ',');
    columns.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) break;
  }
  return columns;
}

}  // namespace

void check_options(const MergeOptions& options) {
  if (options.follow != Follow::none && options.where.empty())
    throw Error(Kind::usage, "--follow says what comes along with the rows of --where").hint("Give --where, too.");
  if (exchanges_all_rows(options.mode) && !options.where.empty()) {
    throw Error(Kind::usage, "--where picks rows, but truncate, replace and sync are for whole tables")
        .hint("Use --mode insert-missing, upsert or append.");
  }
  if (options.restore.schema_only) throw Error(Kind::usage, "--schema-only restores no rows").hint("Leave out --mode.");
  if (!options.restore.map_roles.empty() || !options.restore.map_tablespaces.empty()) {
    throw Error(Kind::usage, "--map-role and --map-tablespace are for what is made anew, but --mode merges rows")
        .hint("Leave out --mode, or leave them out.");
  }
  if (!options.restore.objects.empty() || options.restore.with_dependencies) {
    throw Error(Kind::usage, "--object and --with-dependencies make objects, but --mode merges rows into tables")
        .hint("Leave out --mode, or choose tables with --tables or -t.");
  }
  if (options.restore.clean || !options.restore.sections.empty()) {
    throw Error(Kind::usage, "--clean and --section are for a whole restore, not for merging rows")
        .hint("Leave out --mode, or leave them out.");
  }
  if (options.restore.skip_refused) {
    throw Error(Kind::usage, "--mode makes no definitions that could be refused: it excludes --skip-refused")
        .hint("Leave out --skip-refused.");
  }
  if (options.restore.resumable || options.restore.resume) {
    throw Error(Kind::usage,
                "--mode merges in one transaction, which leaves nothing to go on with: it excludes --resumable")
        .hint("Leave out --resumable and --resume.");
  }
  if (options.restore.create || !options.restore.create_database.empty())
    throw Error(Kind::usage, "a new database has no tables to merge rows into").hint("Leave out --mode, or --create.");
}

std::vector<TableText> conditions(const archive::Manifest& manifest, const archive::Toc& toc,
                                  const std::map<pg::Oid, TargetTable>& tables, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const bool ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii && manifest.encoding != "UTF8" && manifest.encoding != "SQL_ASCII")
      throw Error(Kind::usage, fmt::format("--where \"{}\": the archive is in encoding {}, and the condition in UTF-8",
                                           text, manifest.encoding))
          .hint("Write other characters than ASCII as U&'\\00e9' does.");
    const auto tokens = sql_tokens(text);
    // The server would take what follows for another statement.
    const bool more = tokens && std::ranges::any_of(*tokens, [](const SqlToken& token) {
                        return token.is(SqlToken::Type::symbol, ";");
                      });
    if (more)
      throw Error(Kind::usage, fmt::format("--where \"{}\" holds more than a condition", text))
          .hint("Leave out the semicolon and what follows it.");
  }
  return by_table(manifest, toc, tables, texts, "--where");
}

void apply_keys(const archive::Manifest& manifest, const archive::Toc& toc, std::map<pg::Oid, TargetTable>& tables,
                const std::vector<std::string>& keys) {
  for (const TableText& key : by_table(manifest, toc, tables, keys, "--key")) {
    TargetTable& table = tables.at(key.table);
    table.key.clear();
    table.key_unproven = true;
    for (std::string column : key_columns(key.text)) {
      const bool as_it_is = std::ranges::find(table.writable, column) != table.writable.end();
      const auto names = as_it_is ? std::nullopt : restoring::quoted_names(column);
      if (names && names->size() == 1) column = names->front();
      if (std::ranges::find(table.writable, column) == table.writable.end()) {
        throw Error(Kind::usage, fmt::format("--key: table {} has no column \"{}\" that the archive has, too",
                                             quoted_name(table.name), column))
            .hint("Names are those of the archive's columns: `pgcoffer inspect --json` lists them.");
      }
      table.key.push_back({column, "="});
    }
  }
}

void refuse_idle_keys(const archive::Manifest& manifest, const archive::Toc& toc,
                      const std::map<pg::Oid, TargetTable>& tables, const std::vector<std::string>& keys,
                      const std::vector<TargetTable*>& chosen) {
  for (const std::string& text : keys) {
    const std::vector<TableText> named = by_table(manifest, toc, tables, {text}, "--key");
    const bool merged = std::ranges::any_of(named, [&](const TableText& key) {
      return std::ranges::find(chosen, key.table, &TargetTable::oid) != chosen.end();
    });
    if (merged) continue;
    throw Error(Kind::usage, fmt::format("--key '{}' is for a table of which no rows are restored", text))
        .hint("Select the table, too (--tables, -t, --where), or leave out its --key.");
  }
}

void refuse_unmapped_partitions(const archive::Manifest& manifest, const archive::Toc& toc,
                                const restoring::Mapping& mapping, const std::vector<TargetTable*>& tables) {
  for (const archive::Table& table : manifest.tables) {
    const QualifiedName root{table.schema, table.name};
    if (table.kind != "partitioned table" || mapping.table(root) == root) continue;
    std::set<QualifiedName> partitions{root};
    archive::add_partitions(toc, partitions);
    for (const TargetTable* target : tables) {
      const QualifiedName own{target->archived->schema, target->archived->name};
      if (!partitions.contains(own) || mapping.table(own) != own) continue;
      throw Error(Kind::usage, fmt::format("table {} gets another name, but its partition {} does not",
                                           quoted_name(root), quoted_name(own)))
          .hint("Rows are merged partition by partition: map each of them with --map-table, too.");
    }
  }
}

}  // namespace merging
}  // namespace pgcoffer
