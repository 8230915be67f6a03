#include "restore/selection.hpp"

#include <fmt/format.h>

#include <set>

#include "archive/leave_out.hpp"
#include "base/sections.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {
namespace {

/// Sections that the dump was told to take; empty: all that has_schema and has_data say.
std::set<std::string> dumped_sections(const archive::Manifest& manifest) {
  constexpr std::string_view option = "--section ";
  std::set<std::string> sections;
  for (const std::string& text : manifest.options) {
    if (text.starts_with(option)) sections.insert(text.substr(option.size()));
  }
  return sections;
}

void check_contents(const archive::Manifest& manifest, const RestoreOptions& options) {
  if (options.statistics_only && (options.schema_only || options.data_only || options.no_statistics)) {
    throw Error(Kind::usage, "--statistics-only excludes --schema-only, --data-only and --no-statistics")
        .hint("Leave out one of them.");
  }
  if (options.schema_only && !manifest.has_schema) {
    throw Error(Kind::usage, "the archive holds no schema").hint("Leave out --schema-only.");
  }
  if (options.data_only && !manifest.has_data) {
    throw Error(Kind::usage, "the archive holds no rows").hint("Leave out --data-only.");
  }
  const std::set<std::string> dumped = dumped_sections(manifest);
  for (const std::string& section : options.sections) {
    const bool held = section == "data" ? manifest.has_data : manifest.has_schema;
    if (held && (dumped.empty() || dumped.contains(section))) continue;
    throw Error(Kind::usage, fmt::format("the archive holds no section \"{}\"", section))
        .hint("`pgcoffer inspect` shows what it was dumped with.");
  }
}

void check_clean(const RestoreOptions& options, const Sections& sections) {
  if (options.if_exists && !options.clean) {
    throw Error(Kind::usage, "--if-exists means nothing without --clean").hint("Say --clean too, or leave it out.");
  }
  if (!options.clean) return;
  if (!sections.schema()) {
    throw Error(Kind::usage, "--clean and rows alone exclude each other: nothing would be made anew")
        .hint("Leave out --clean, or restore the schema too.");
  }
  if (options.create || !options.create_database.empty()) {
    throw Error(Kind::usage, "--clean excludes --create and --create-db: a new database holds nothing to drop")
        .hint("Leave out one of them. A database that is to go as a whole is dropped by hand: DROP DATABASE.");
  }
}

std::vector<archive::Drop> drops_of(const Selected& selected, bool if_exists) {
  std::vector<const archive::TocEntry*> entries;
  for (const auto* list : {&selected.pre_data, &selected.data, &selected.post_data})
    entries.insert(entries.end(), list->begin(), list->end());
  return archive::drops(entries, if_exists);
}

/// Of pg_dump's scripts it is not known how their objects are dropped.
void refuse_undroppable(const Selected& selected) {
  const bool makes = !selected.pre_data.empty() || !selected.post_data.empty();
  if (!makes || !selected.drops.empty()) return;
  throw Error(Kind::usage,
              "--clean has nothing to drop with: the archive holds no DROP statements for what is selected")
      .hint(
          "Scripts of pg_dump hold none for single objects. Restore into an empty database, or drop by hand first; "
          "--mode brings rows into tables that are there.");
}

}  // namespace

void refuse_nothing(const Selected& selected, const RestoreOptions& options) {
  const bool nothing = selected.pre_data.empty() && selected.data.empty() && selected.post_data.empty() &&
                       selected.statistics.empty() && selected.tables.empty() && selected.large_objects.empty();
  if (!selected.partial || !nothing || !options.sections.empty()) return;
  throw Error(Kind::usage, "the archive has nothing of what is selected: nothing would be restored")
      .hint(
          "`pgcoffer inspect` lists what is in it. Views and functions have no rows (--data-only), and the archive may "
          "have none of some tables.");
}

Selected select(const archive::Manifest& manifest, const archive::Toc& toc, const RestoreOptions& options,
                const Choice& choice) {
  const Sections sections = chosen_sections(options.sections, options.schema_only, options.data_only);
  check_contents(manifest, options);
  check_clean(options, sections);
  Selected selected;
  selected.partial = choice.partial;
  archive::LeftOut left_out(options.leave_out);
  for (const archive::TocEntry& entry : toc.entries) {
    if (left_out(entry)) continue;
    if (!choice.has(entry)) continue;
    if (options.no_privileges && (entry.kind == "ACL" || entry.kind == "DEFAULT ACL")) continue;
    if (!makes_something(entry)) continue;
    if (entry.kind.ends_with("STATISTICS DATA")) {
      if (!options.schema_only && !options.data_only && !options.no_statistics && sections.has(entry.section))
        selected.statistics.push_back(&entry);
      continue;
    }
    if (options.statistics_only) continue;
    if (!sections.has(entry.section)) continue;
    (entry.section == "data"       ? selected.data
     : entry.section == "pre-data" ? selected.pre_data
                                   : selected.post_data)
        .push_back(&entry);
  }
  if (options.statistics_only && selected.statistics.empty()) {
    throw Error(Kind::usage, "the archive holds no optimizer statistics")
        .hint("They are in it with `pgcoffer dump --statistics`; otherwise run ANALYZE after the restore.");
  }
  if (options.clean) {
    selected.drops = drops_of(selected, options.if_exists);
    refuse_undroppable(selected);
  }
  if (!sections.data || options.statistics_only) return selected;
  for (const archive::Table& table : manifest.tables) {
    if (table.has_rows && choice.has(table)) selected.tables.push_back(&table);
  }
  if (!selected.partial) {
    for (const archive::LargeObject& object : manifest.large_objects) selected.large_objects.push_back(&object);
  }
  return selected;
}

}  // namespace pgcoffer::restoring
