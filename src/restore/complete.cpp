#include "restore/complete.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "restore/choice.hpp"
#include "restore/lookup.hpp"

namespace pgcoffer::restoring {
namespace {

/// An expression that is true where what belongs to a table exists; empty for kinds that have no name of their own.
std::string belonging(const archive::TocEntry& entry) {
  if (entry.kind == "INDEX") {
    return fmt::format("pg_catalog.to_regclass({}) IS NOT NULL",
                       quote_literal(quote_always(QualifiedName{entry.schema, entry.name})));
  }
  if (entry.table_name.empty() && entry.kind.ends_with("CONSTRAINT")) {  // of a domain
    return fmt::format(
        "EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid JOIN "
        "pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = {} AND t.typname || ' ' || k.conname = "
        "{})",
        quote_literal(entry.schema), quote_literal(entry.name));
  }
  const auto in = [&](const char* catalog, const char* table, const char* name) {
    return fmt::format("EXISTS (SELECT FROM pg_catalog.{} WHERE {} = pg_catalog.to_regclass({}) AND {} = {})", catalog,
                       table, quote_literal(quote_always(QualifiedName{entry.table_schema, entry.table_name})), name,
                       quote_literal(own_name(entry)));
  };
  if (entry.kind.ends_with("CONSTRAINT")) return in("pg_constraint", "conrelid", "conname");
  if (entry.kind == "TRIGGER") return in("pg_trigger", "tgrelid", "tgname");
  return {};
}

std::string first_missing_object(pg::Connection& connection, const Selected& selected) {
  const std::set<int> there = existing(connection, selected.pre_data);
  for (const archive::TocEntry* entry : selected.pre_data)
    if (!there.contains(entry->id)) return describe(*entry);
  for (const archive::TocEntry* entry : selected.post_data) {
    const std::string expression = belonging(*entry);
    if (!expression.empty() && !connection.query("SELECT " + expression)[0][0].as_bool()) return describe(*entry);
  }
  return {};
}

bool exists(pg::Connection& connection, const QualifiedName& table) {
  const std::string name = quote_literal(quote_always(table));
  return connection.query(fmt::format("SELECT pg_catalog.to_regclass({}) IS NOT NULL", name))[0][0].as_bool();
}

bool has_rows(pg::Connection& connection, const archive::Table& table) {
  const QualifiedName name = table.load_into.value_or(QualifiedName{table.schema, table.name});
  return exists(connection, name) &&
         !connection.query(fmt::format("SELECT FROM {} LIMIT 1", quote_always(name))).empty();
}

std::uint64_t count(pg::Connection& connection, const std::string& from) {
  return static_cast<std::uint64_t>(
      connection.query(fmt::format("SELECT pg_catalog.count(*) FROM {}", from))[0][0].as_int());
}

/// Of partitions whose rows went in by the table above: they may lie in others of them, or in partitions of other
/// names.
std::uint64_t count_of_partitions(pg::Connection& connection, const QualifiedName& root,
                                  const std::vector<QualifiedName>& partitions) {
  std::uint64_t rows = 0;
  for (const QualifiedName& name : partitions) {
    if (!exists(connection, name)) return count(connection, quote_always(root));
    rows += count(connection, "ONLY " + quote_always(name));
  }
  return rows;
}

std::string first_missing_rows(pg::Connection& connection, const Selected& selected) {
  struct Rows {
    std::uint64_t archived = 0;
    std::vector<QualifiedName> partitions;  ///< whose rows went into the table above
  };
  std::map<QualifiedName, Rows> tables;
  for (const archive::Table* table : selected.tables) {
    const QualifiedName own{table->schema, table->name};
    Rows& rows = tables[table->load_into.value_or(own)];
    rows.archived += table->rows;
    if (table->load_into) rows.partitions.push_back(own);
  }
  for (const auto& [name, rows] : tables) {
    const std::uint64_t there = rows.partitions.empty() ? count(connection, "ONLY " + quote_always(name))
                                                        : count_of_partitions(connection, name, rows.partitions);
    if (there != rows.archived)
      return fmt::format("rows of the archive: table {} has {} in the database and {} in the archive",
                         display_name(name), counted(there, "row"), human_count(rows.archived));
  }
  return {};
}

bool has_large_object(pg::Connection& connection, const archive::LargeObject& object) {
  return !connection.query(fmt::format("SELECT FROM pg_catalog.pg_largeobject_metadata WHERE oid = {}", object.oid))
              .empty();
}

std::string first_missing_large_object(pg::Connection& connection, const Selected& selected) {
  for (const archive::LargeObject* object : selected.large_objects)
    if (!has_large_object(connection, *object)) return fmt::format("large object {}", object->oid);
  return {};
}

}  // namespace

bool has_nothing_of(pg::Connection& connection, const Selected& selected) {
  Entries definitions;
  std::ranges::copy_if(selected.pre_data, std::back_inserter(definitions),
                       [](const archive::TocEntry* entry) { return must_be_new(*entry); });
  if (!existing(connection, definitions).empty()) return false;
  std::set<QualifiedName> made;
  for (const archive::TocEntry* entry : definitions) made.insert({entry->schema, entry->name});
  return std::ranges::none_of(selected.tables,
                              [&](const archive::Table* table) {
                                return !made.contains({table->schema, table->name}) && has_rows(connection, *table);
                              }) &&
         std::ranges::none_of(selected.large_objects, [&](const archive::LargeObject* object) {
           return has_large_object(connection, *object);
         });
}

std::string first_missing(pg::Connection& connection, const Selected& selected) {
  std::string missing = first_missing_object(connection, selected);
  if (missing.empty()) missing = first_missing_large_object(connection, selected);
  if (missing.empty()) missing = first_missing_rows(connection, selected);
  return missing;
}

}  // namespace pgcoffer::restoring
