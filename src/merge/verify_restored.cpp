#include <fmt/format.h>

#include "base/text.hpp"
#include "convert/open_any.hpp"
#include "pgcoffer/compare.hpp"
#include "pgcoffer/error.hpp"
#include "pgcoffer/merge.hpp"
#include "restore/selection.hpp"

namespace pgcoffer {

std::uint64_t verify_restored(const RestoreOptions& options, Progress& progress, const std::stop_token& stop) {
  CompareOptions compared;
  compared.archive = options.path;
  compared.identities = options.identities;
  compared.connection = options.connection;
  compared.data_only = true;
  compared.with_replaced = true;
  const auto reader = converting::open_any(options.path, options.identities, {}, stop);
  compared.only.emplace();
  const restoring::Choice choice = restoring::choose(reader->manifest(), reader->toc(), options);
  for (const archive::Table* table : restoring::select(reader->manifest(), reader->toc(), options, choice).tables)
    compared.only->emplace_back(table->schema, table->name);
  const CompareReport report = compare(compared, progress, stop);
  if (report.same() && report.tables_compared == compared.only->size()) return report.tables_compared;
  std::vector<std::string> names;
  for (const TableDifference& table : report.tables) names.push_back(display_name({table.schema, table.name}));
  for (const std::uint32_t oid : report.large_objects) names.push_back(fmt::format("large object {}", oid));
  if (names.empty()) names = report.notes;  // why a table could not be compared
  throw Error(Kind::failed, fmt::format("restored, but not the same as in the archive: {}", join_first(names)))
      .hint("Does a trigger change rows, or did somebody write to the database? `pgcoffer compare --rows` lists them.");
}

}  // namespace pgcoffer
