#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "archive/partitions.hpp"
#include "base/text.hpp"
#include "convert/open_any.hpp"
#include "merge/row_check.hpp"
#include "pgcoffer/compare.hpp"
#include "pgcoffer/error.hpp"
#include "pgcoffer/merge.hpp"
#include "restore/load_apart.hpp"
#include "restore/mapping.hpp"
#include "restore/selection.hpp"

namespace pgcoffer {
namespace merging {
namespace {

/// Rows that go in by a partitioned table, which is needed, come with those of all its partitions.
void add_partitions_of_same(const archive::Manifest& manifest, std::vector<const archive::Table*>& tables) {
  std::set<QualifiedName> roots;
  for (const archive::Table* table : tables)
    if (table->load_into) roots.insert(*table->load_into);
  for (const archive::Table& table : manifest.tables)
    if (table.load_into && roots.contains(*table.load_into) && std::ranges::find(tables, &table) == tables.end())
      tables.push_back(&table);
}

std::map<QualifiedName, Sources> restored_tables(const archive::Reader& reader, const archive::Manifest& manifest,
                                                 const RestoreOptions& options) {
  std::optional<restoring::Mapping> mapping;
  if (!options.map_schemas.empty() || !options.map_tables.empty()) mapping.emplace(options, manifest, reader.toc());
  std::map<QualifiedName, Sources> tables;
  const restoring::Choice choice = restoring::choose(manifest, reader.toc(), options);
  const restoring::Selected selected = restoring::select(manifest, reader.toc(), options, choice);
  std::vector<const archive::Table*> restored = selected.tables;
  std::set<QualifiedName> apart;
  if (options.with_dependencies)
    add_partitions_of_same(manifest, restored);
  else
    apart = restoring::loaded_apart(manifest, selected);
  for (const archive::Table* table : restored) {
    const QualifiedName own{table->schema, table->name};
    const QualifiedName into = apart.contains(own) ? own : table->load_into.value_or(own);
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

std::vector<std::string> differing_tables(const archive::Reader& reader, const RestoreOptions& options,
                                          std::size_t& count, Progress& progress, const std::stop_token& stop) {
  pg::Connection connection(options.connection, pg::Session::restore);
  const std::stop_callback on_stop(stop, [&] { connection.cancel(); });
  const std::string encoding = connection.query("SHOW server_encoding")[0][0].str();
  const std::optional<archive::Manifest> anew =
      archive::with_hashes_found_anew(reader.manifest(), reader.toc(), encoding);
  const std::map<QualifiedName, Sources> tables = restored_tables(reader, anew ? *anew : reader.manifest(), options);
  count = tables.size();
  progress.phase("verify", {});
  connection.exec("SET client_encoding = " + quote_literal(reader.manifest().encoding));
  connection.exec("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  RowCheck check(reader, connection);
  std::vector<std::string> names;
  for (const auto& [target, sources] : tables) {
    const std::string name = display_name(target);
    progress.table_started(name);
    const std::optional<bool> same = check.same(target, sources);
    if (!same) progress.warning(fmt::format("table {} is not verified: rows of the archive lack columns", name));
    if (!same.value_or(true)) names.push_back(name);
    progress.table_finished(name, sources.front()->rows);
  }
  connection.exec("COMMIT");
  return names;
}

}  // namespace
}  // namespace merging

std::uint64_t verify_restored(const RestoreOptions& options, Progress& progress, const std::stop_token& stop) {
  std::size_t count = 0;
  std::vector<std::string> names;
  try {
    const auto reader = converting::open_any(options.path, options.identities, {}, stop);
    names = merging::differing_tables(*reader, options, count, progress, stop);
    for (std::string& name : merging::differing_large_objects(*reader, options, progress, stop))
      names.push_back(std::move(name));
  } catch (const Error& error) {
    throw Error(error.kind(), "restored and committed, but not compared with the archive: " + error.message())
        .hint(
            "Of the restore nothing was undone. `pgcoffer compare`, by a role that may read all, tells whether it is "
            "the same. " +
            error.hint())
        .sqlstate(error.sqlstate())
        .object(error.object());
  }
  if (names.empty()) return count;
  throw Error(Kind::failed, fmt::format("restored, but not the same as in the archive: {}", join_first(names)))
      .hint("Does a trigger change rows, or did somebody write to the database? `pgcoffer compare --rows` lists them.");
}

}  // namespace pgcoffer
