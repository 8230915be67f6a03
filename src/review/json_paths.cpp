#include "review/json_paths.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "dump/table_error.hpp"
#include "policy/json_path.hpp"
#include "policy/lineage.hpp"

namespace pgcoffer::review {
namespace {

struct Found {
  std::string rule;
  std::uint64_t rows = 0, matches = 0;
};
/// By column and path.
using Paths = std::map<std::pair<std::string, std::string>, Found>;

void look(pg::Connection& connection, const catalog::Table& table, const catalog::Column& column,
          const policy::ColumnVerdict& verdict, const QualifiedName& known, Paths& paths) {
  const std::string value = fmt::format("CAST({} AS jsonb)", quote_always(column.name));
  for (const std::string& path : verdict.parameters->paths) {
    // With these keys removed, a value is another one if there are any.
    const std::string without = policy::redacted(value, policy::json_path(path).value(), std::nullopt);
    dumping::with_table(display_name(known),
                        [&] {
                          const pg::Result result = connection.query(fmt::format(
                              "SELECT count(*) AS rows, count(*) FILTER (WHERE {} <> {}) AS matches FROM ONLY {}",
                              without, value, quote_always(table.name)));
                          Found& found = paths[{display_name(known) + "." + quote_ident(column.name), path}];
                          found.rule = verdict.rule;
                          found.rows += static_cast<std::uint64_t>(result[0]["rows"].as_int());
                          found.matches += static_cast<std::uint64_t>(result[0]["matches"].as_int());
                        },
                        {verdict.rule});
  }
}

}  // namespace

std::vector<std::string> paths_to_nothing(pg::Connection& connection, const catalog::Catalog& catalog,
                                          const policy::Verdicts& verdicts, const plan::Plan& plan) {
  const policy::Lineage lineage(catalog);
  Paths paths;
  for (const plan::TablePlan& one : plan.tables) {
    const catalog::Table& table = catalog.tables[one.table];
    const auto& columns = verdicts.tables[one.table].columns;
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (columns[c].action == policy::ColumnAction::redact_json)
        look(connection, table, table.columns[c], columns[c], policy::known_name(table, lineage.above(table)), paths);
  }
  std::vector<std::string> warnings;
  for (const auto& [place, found] : paths)
    if (found.rows > 0 && found.matches == 0)
      warnings.push_back(
          fmt::format("path \"{}\" leads to nothing in column \"{}\", in any of {} rows: is it spelt right? ({})",
                      place.second, place.first, human_count(found.rows), found.rule));
  return warnings;
}

}  // namespace pgcoffer::review
