#include "restore/confirm.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "pgcoffer/error.hpp"
#include "restore/count_rows.hpp"
#include "restore/lookup.hpp"

namespace pgcoffer::restoring {
namespace {

std::vector<QualifiedName> dropped_tables(pg::Connection& connection, const Selected& selected) {
  std::vector<const archive::TocEntry*> entries;
  for (const archive::Drop& drop : selected.drops)
    if (drop.entry->kind == "TABLE") entries.push_back(drop.entry);
  const std::set<int> there = existing(connection, entries);
  std::vector<QualifiedName> names;
  for (const archive::TocEntry* entry : entries)
    if (there.contains(entry->id)) names.push_back({entry->schema, entry->name});
  return names;
}

std::string archived_rows(const Selected& selected, const QualifiedName& name) {
  const auto table = std::ranges::find_if(selected.tables, [&](const archive::Table* each) {
    return each->schema == name.schema && each->name == name.name;
  });
  return table == selected.tables.end() ? "no rows" : counted((*table)->rows, "row");
}

void confirm_dropping(const RestoreOptions& options, const std::string& database, const Dropped& dropped) {
  if (options.confirm_lost && options.confirm_lost(database, dropped.lines)) return;
  throw Error(Kind::usage, fmt::format("not confirmed: tables of database \"{}\" would be dropped", database))
      .hint(
          "Nothing was changed. Type the database's name when asked, or say --yes. --restore-point PATH keeps what "
          "would be lost.");
}

}  // namespace

Dropped find_dropped(pg::Connection& connection, const Selected& selected, const std::string& created) {
  Dropped dropped;
  std::vector<QualifiedName> names = dropped_tables(connection, selected);
  if (names.empty()) return dropped;
  std::ranges::sort(names);
  for (const QualifiedName& name : names) dropped.tables.push_back(quote_always(name));
  const auto counts = count_rows(connection, dropped.tables);
  for (const QualifiedName& name : names) {
    const auto count = counts.find(quote_always(name));
    const std::string rows =
        count == counts.end() ? "rows that this role may not count" : counted(count->second, "row") + " now";
    dropped.lines.push_back(fmt::format("table {} with {}: is dropped and made anew, the archive has {}",
                                        display_name(name), rows, archived_rows(selected, name)));
  }
  dropped.lines.push_back(fmt::format("In all {} are dropped where they are there. The archive is from {}.",
                                      counted(selected.drops.size(), "object"), with_age(created)));
  return dropped;
}

void confirm(TargetDatabase& target, const Selected& selected, const RestoreOptions& options, const Dropped& dropped) {
  const std::string database = target.leader().endpoint().dbname;
  if (!dropped.lines.empty()) return confirm_dropping(options, database, dropped);
  const auto found =
      static_cast<std::uint64_t>(options.data_only ? target.count_filled(selected.tables) : target.count_relations());
  if (found == 0) return;
  const std::string question =
      options.data_only ? fmt::format("{} rows already. Add the archive's rows to them?",
                                      counted(found, "of the tables holds", "of the tables hold"))
                        : fmt::format("Database {} holds {} already. Restore into it?", quote_ident(database),
                                      counted(found, "table, view or sequence", "tables, views and sequences"));
  if (options.confirm && options.confirm(question)) return;
  throw Error(Kind::usage, fmt::format("database \"{}\" is not empty: not restored", database))
      .hint(
          "Nothing was changed. Say --yes to restore into it all the same, or restore into a new one with "
          "--create-db NAME.");
}

}  // namespace pgcoffer::restoring
