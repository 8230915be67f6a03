#include "restore/requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "restore/lookup.hpp"
#include "restore/needs.hpp"

namespace pgcoffer::restoring {
namespace {

/// The same of what is made behind the rows: better found before these are loaded.
bool must_be_new_behind_rows(const archive::TocEntry& entry) {
  static const std::set<std::string, std::less<>> kinds = {"INDEX", "CONSTRAINT", "STATISTICS", "PUBLICATION"};
  return kinds.contains(entry.kind) && can_be_looked_up(entry);
}

void refuse_existing(pg::Connection& connection, const Selected& selected, const Journal* journal) {
  const auto ours = [&](const archive::TocEntry& entry) {
    return journal != nullptr && journal->has(Journal::item(entry));
  };
  std::vector<const archive::TocEntry*> objects;
  for (const archive::TocEntry* entry : selected.pre_data)
    if (must_be_new(*entry) && !ours(*entry)) objects.push_back(entry);
  for (const archive::TocEntry* entry : selected.post_data)
    if (must_be_new_behind_rows(*entry) && !ours(*entry)) objects.push_back(entry);
  const std::set<int> there = existing(connection, objects);
  if (there.empty()) return;
  std::vector<std::string> names;
  for (const archive::TocEntry* entry : objects) {
    if (there.contains(entry->id) && names.size() < 10) names.push_back(describe(*entry));
  }
  throw Error(Kind::exists, fmt::format("{} already: {}{}",
                                        counted(there.size(), "of the objects to be created exists",
                                                "of the objects to be created exist"),
                                        join(names, ", "), there.size() > names.size() ? ", …" : ""))
      .hint(
          "Nothing was changed. Restore into an empty database (--create-db NAME), drop them first, or bring rows into "
          "the "
          "tables that are there: --mode append, upsert, sync and others.");
}

/// Schemas are often made beforehand, by whoever may, with privileges of their own: those stay as they are.
std::vector<std::string> keep_existing_schemas(pg::Connection& connection, const Journal* journal, Selected& selected) {
  std::vector<const archive::TocEntry*> schemas;
  for (const archive::TocEntry* entry : selected.pre_data) {
    const bool ours = journal != nullptr && journal->has(Journal::item(*entry));
    if (entry->kind == "SCHEMA" && entry->create.starts_with("CREATE SCHEMA ") && !ours) schemas.push_back(entry);
  }
  const std::set<int> there = existing(connection, schemas);
  std::vector<std::string> notes;
  std::erase_if(selected.pre_data, [&](const archive::TocEntry* entry) {
    if (!there.contains(entry->id)) return false;
    notes.push_back(fmt::format("{} is there already: it keeps its owner", describe(*entry)));
    return true;
  });
  return notes;
}

/// Rows alone, of an archive without definitions or with --data-only, go into tables that are there. Tables without a
/// definition may be an extension's (its configuration), which makes them.
void refuse_missing_tables(pg::Connection& connection, const archive::Toc& toc, const Selected& selected) {
  std::set<QualifiedName> made, defined;  // made: and those that are asked for already
  for (const archive::TocEntry* entry : selected.pre_data) made.insert({entry->schema, entry->name});
  for (const archive::TocEntry& entry : toc.entries)
    if (entry.section == "pre-data") defined.insert({entry.schema, entry.name});
  const bool extensions =
      std::ranges::any_of(selected.pre_data, [](const archive::TocEntry* entry) { return entry->kind == "EXTENSION"; });
  std::vector<QualifiedName> names;
  std::vector<std::string> asked, missing;
  std::set<QualifiedName> partitioned;
  for (const archive::Table* table : selected.tables) {
    const QualifiedName name = table->load_into.value_or(QualifiedName{table->schema, table->name});
    if (table->load_into) partitioned.insert(name);
    if (!made.insert(name).second || (extensions && !defined.contains(name))) continue;
    names.push_back(name);
    asked.push_back(quote_literal(quote_always(name)));
  }
  if (asked.empty()) return;
  const pg::Result absent = connection.query(
      fmt::format("SELECT a.number FROM pg_catalog.unnest(ARRAY[{}]) WITH ORDINALITY AS a(name, number) WHERE "
                  "pg_catalog.to_regclass(a.name) IS NULL ORDER BY 1",
                  join(asked, ", ")));
  bool of_partitions = false;
  for (const pg::Row row : absent) {
    const QualifiedName& name = names.at(static_cast<std::size_t>(row[0].as_int() - 1));
    of_partitions = of_partitions || partitioned.contains(name);
    missing.push_back(display_name(name));
  }
  if (missing.empty()) return;
  if (of_partitions && !selected.pre_data.empty())
    throw Error(Kind::not_found,
                fmt::format("the tables that find places for the rows of their partitions are neither selected nor in "
                            "the database: {}",
                            join_first(missing)))
        .hint("Nothing was changed. Select these tables (-t): their partitions come along.");
  throw Error(Kind::not_found,
              fmt::format("tables whose rows are to be restored are not in the database: {}", join_first(missing)))
      .hint(
          "Nothing was changed. Rows alone (an archive without definitions, --data-only, --section data) need their "
          "tables: make them first, from an archive that holds them (restore -s), or select tables that are there "
          "(--tables).");
}

void refuse_existing_large_objects(pg::Connection& connection, const Selected& selected) {
  std::vector<std::string> oids;
  for (const archive::LargeObject* object : selected.large_objects) oids.push_back(std::to_string(object->oid));
  if (oids.empty()) return;
  const pg::Result there =
      connection.query(fmt::format("SELECT oid FROM pg_catalog.pg_largeobject_metadata WHERE oid = ANY ('{{{}}}') "
                                   "ORDER BY oid",
                                   join(oids, ",")));
  if (there.empty()) return;
  std::vector<std::string> names;
  for (const pg::Row row : there) names.push_back(row[0].str());
  throw Error(Kind::exists, fmt::format("large objects that the archive holds exist already: {}", join_first(names)))
      .hint("Nothing was changed. Restore into an empty database, or remove them first (lo_unlink).");
}

/// Without --if-exists what is to be dropped must be there. Kinds that cannot be looked up are found out in dropping.
void refuse_missing(pg::Connection& connection, const std::vector<archive::Drop>& drops) {
  std::vector<const archive::TocEntry*> entries;
  for (const archive::Drop& drop : drops) {
    if (drop.sql == drop.entry->drop) entries.push_back(drop.entry);
  }
  const std::set<int> there = existing(connection, entries);
  if (there.size() == entries.size()) return;
  constexpr std::size_t shown = 10;
  std::vector<std::string> names;
  for (const archive::TocEntry* entry : entries) {
    if (!there.contains(entry->id) && names.size() < shown) names.push_back(describe(*entry));
  }
  const std::size_t missing = entries.size() - there.size();
  throw Error(Kind::not_found,
              fmt::format("{} not exist: {}{}",
                          counted(missing, "of the objects to be dropped does", "of the objects to be dropped do"),
                          join(names, ", "), missing > shown ? ", …" : ""))
      .hint("Nothing was changed. Say --if-exists to drop only what is there, or leave out --clean.");
}

/// A selected table comes with its schema where the database has none.
void add_missing_schemas(const archive::Toc& toc, const std::set<int>& there, Selected& selected) {
  std::set<std::string> schemas;
  const std::set<int> chosen = ids(selected);
  for (const auto* list : {&selected.pre_data, &selected.post_data}) {
    for (const archive::TocEntry* entry : *list) schemas.insert(entry->schema);
  }
  std::vector<const archive::TocEntry*> added;
  for (const archive::TocEntry& entry : toc.entries) {
    if (entry.kind == "SCHEMA" && schemas.contains(entry.name) && !there.contains(entry.id) &&
        !chosen.contains(entry.id))
      added.push_back(&entry);
  }
  selected.pre_data.insert(selected.pre_data.begin(), added.begin(), added.end());
}

/// A name can be mapped to a schema of which the archive has no definition.
void refuse_missing_schemas(pg::Connection& connection, const RestoreOptions& options, const Selected& selected) {
  if (options.map_tables.empty() && options.map_schemas.empty()) return;
  // Extensions bring schemas of their own.
  if (std::ranges::any_of(selected.pre_data, [](const archive::TocEntry* entry) { return entry->kind == "EXTENSION"; }))
    return;
  std::set<std::string> needed, there;
  for (const auto* list : {&selected.pre_data, &selected.post_data}) {
    for (const archive::TocEntry* entry : *list)
      if (!entry->schema.empty()) needed.insert(entry->schema);
  }
  for (const archive::TocEntry* entry : selected.pre_data)
    if (entry->kind == "SCHEMA") there.insert(entry->name);
  for (const pg::Row row : connection.query("SELECT nspname FROM pg_catalog.pg_namespace")) there.insert(row[0].str());
  std::vector<std::string> missing;
  std::ranges::set_difference(needed, there, std::back_inserter(missing));
  if (missing.empty()) return;
  for (std::string& name : missing) name = quote_ident(name);
  throw Error(Kind::not_found,
              fmt::format("schemas that the selection goes to are neither in the database nor in the archive: {}",
                          join_first(missing)))
      .hint(fmt::format("Nothing was changed. Make them first: CREATE SCHEMA {};", missing.front()));
}

/// What entries of a selection need, and find neither in it nor in the database.
class Lacking {
 public:
  Lacking(pg::Connection& connection, const archive::Toc& toc, const Selected& selected)
      : needs_(toc), chosen_(ids(selected)) {
    std::map<int, const archive::TocEntry*> outside;
    for (const auto* list : {&selected.pre_data, &selected.post_data}) {
      for (const archive::TocEntry* entry : *list) {
        for (const archive::TocEntry* need : needs_.of(*entry, chosen_)) outside.emplace(need->id, need);
      }
    }
    std::vector<const archive::TocEntry*> asked;
    for (const auto& [id, entry] : outside) asked.push_back(entry);
    there_ = existing(connection, asked);
  }

  [[nodiscard]] Entries of(const archive::TocEntry& entry) const {
    Entries found = needs_.of(entry, chosen_);
    // A schema that is missing comes along.
    std::erase_if(found,
                  [&](const archive::TocEntry* need) { return need->kind == "SCHEMA" || there_.contains(need->id); });
    return found;
  }
  /// Of all that is needed.
  [[nodiscard]] const std::set<int>& there() const noexcept { return there_; }

 private:
  Needs needs_;
  std::set<int> chosen_, there_;
};

std::vector<std::string> leave_out_references(const Lacking& lacking, Selected& selected) {
  std::vector<std::string> warnings;
  std::set<int> left_out;
  std::erase_if(selected.post_data, [&](const archive::TocEntry* entry) {
    if (entry->kind != "FK CONSTRAINT" || lacking.of(*entry).empty()) return false;
    left_out.insert(entry->id);
    warnings.push_back(fmt::format("{} is left out: the table it references is neither selected nor in the database",
                                   describe(*entry)));
    return true;
  });
  std::erase_if(selected.post_data, [&](const archive::TocEntry* entry) {  // its comment
    return std::ranges::any_of(entry->depends, [&](int id) { return left_out.contains(id); });
  });
  return warnings;
}

void refuse_lacking(const Lacking& lacking, const Selected& selected) {
  std::map<std::string, std::string> missing;  ///< by what needs it
  bool references_only = true;
  for (const auto* list : {&selected.pre_data, &selected.post_data}) {
    for (const archive::TocEntry* entry : *list) {
      const bool reference = entry->kind == "FK CONSTRAINT";
      for (const archive::TocEntry* need : lacking.of(*entry)) {
        missing.emplace(describe(*need), describe(*entry));
        references_only = references_only && reference;
      }
    }
  }
  if (missing.empty()) return;
  std::vector<std::string> texts;
  for (const auto& [need, by] : missing) texts.push_back(fmt::format("{} (for {})", need, by));
  throw Error(Kind::not_found,
              fmt::format("what is selected needs what is neither selected nor in the database: {}", join(texts, ", ")))
      .hint(fmt::format("Nothing was changed. Say --with-dependencies to restore that, too, or add it to the "
                        "selection.{}",
                        references_only ? " --skip-missing-references leaves these foreign keys out." : ""));
}

}  // namespace

std::vector<std::string> check_requirements(pg::Connection& connection, const archive::Toc& toc,
                                            const RestoreOptions& options, Selected& selected, const Journal* journal) {
  if (!options.clean) refuse_existing(connection, selected, journal);
  if (!options.clean && journal == nullptr) refuse_existing_large_objects(connection, selected);
  if (options.clean && !options.if_exists) refuse_missing(connection, selected.drops);
  refuse_missing_tables(connection, toc, selected);
  std::vector<std::string> warnings;
  if (!options.clean) warnings = keep_existing_schemas(connection, journal, selected);
  if (!selected.partial) {
    refuse_missing_schemas(connection, options, selected);
    return warnings;
  }

  const Lacking lacking(connection, toc, selected);
  if (options.skip_missing_references) {
    for (std::string& text : leave_out_references(lacking, selected)) warnings.push_back(std::move(text));
  }
  add_missing_schemas(toc, lacking.there(), selected);
  refuse_missing_schemas(connection, options, selected);
  refuse_lacking(lacking, selected);
  return warnings;
}

Selected without_missing_references(pg::Connection& connection, const archive::Toc& toc, const RestoreOptions& options,
                                    Selected selected) {
  if (options.skip_missing_references && selected.partial)
    static_cast<void>(leave_out_references(Lacking(connection, toc, selected), selected));
  return selected;
}

}  // namespace pgcoffer::restoring
