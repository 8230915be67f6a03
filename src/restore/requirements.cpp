#include "restore/requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {
namespace {

bool is_relation(const std::string& kind) {
  static const std::set<std::string> kinds = {"TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE", "FOREIGN TABLE"};
  return kinds.contains(kind);
}

// Functions go by name and argument types, as the table of contents names them; to_regprocedure() would want quotes.
constexpr const char* function_lookup = R"sql((
  SELECT p.proname::pg_catalog.text
  FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = {schema} AND pg_catalog.starts_with({name}, p.proname)
    AND p.proname || '(' || coalesce(
          (SELECT pg_catalog.string_agg(pg_catalog.format_type(a.type, NULL), ', ' ORDER BY a.position)
           FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY AS a(type, position)), {none})
        || ')' = {name}))sql";

// to_regtype() fails on a type that is but a shell.
constexpr const char* type_lookup = R"sql((
  SELECT t.typname::pg_catalog.text
  FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname = {schema} AND t.typname = {name}))sql";

/// An expression that is null where the object does not exist; empty for kinds that cannot be looked up by name.
std::string lookup(const archive::TocEntry& entry) {
  const std::string& kind = entry.kind;
  const std::string schema = quote_literal(entry.schema), name = quote_literal(entry.name);
  if (is_relation(kind)) {
    return fmt::format("pg_catalog.to_regclass({})::pg_catalog.text",
                       quote_literal(quote_always(QualifiedName{entry.schema, entry.name})));
  }
  if (kind == "TYPE" || kind == "DOMAIN")
    return fmt::format(type_lookup, fmt::arg("schema", schema), fmt::arg("name", name));
  if (kind == "SCHEMA")
    return fmt::format("pg_catalog.to_regnamespace({})::pg_catalog.text", quote_literal(quote_always(entry.name)));
  if (kind == "EXTENSION")
    return fmt::format("(SELECT extname::pg_catalog.text FROM pg_catalog.pg_extension WHERE extname = {})", name);
  if (kind == "FUNCTION" || kind == "PROCEDURE" || kind == "AGGREGATE") {
    return fmt::format(function_lookup, fmt::arg("schema", schema), fmt::arg("name", name),
                       fmt::arg("none", kind == "AGGREGATE" ? "'*'" : "''"));
  }
  return {};
}

/// Which of these exist, by entry id. A few hundred lookups a query.
std::set<int> existing(pg::Connection& connection, const std::vector<const archive::TocEntry*>& entries) {
  constexpr std::size_t batch = 500;
  std::set<int> found;
  std::vector<std::string> selects;
  const auto flush = [&] {
    if (selects.empty()) return;
    const pg::Result result = connection.query(
        fmt::format("SELECT id FROM (VALUES {}) AS v(id, found) WHERE found IS NOT NULL", join(selects, ", ")));
    for (const pg::Row row : result) found.insert(static_cast<int>(row[0].as_int()));
    selects.clear();
  };
  for (const archive::TocEntry* entry : entries) {
    const std::string expression = lookup(*entry);
    if (expression.empty()) {
      found.insert(entry->id);
      continue;
    }
    selects.push_back(fmt::format("({}, {})", entry->id, expression));
    if (selects.size() == batch) flush();
  }
  flush();
  return found;
}

std::string describe(const archive::TocEntry& entry) {
  return fmt::format("{} {}", entry.kind,
                     entry.schema.empty() ? quote_ident(entry.name) : display_name({entry.schema, entry.name}));
}

void refuse_existing(pg::Connection& connection, const Selected& selected, const Journal* journal) {
  std::vector<const archive::TocEntry*> relations;
  for (const archive::TocEntry* entry : selected.pre_data) {
    const bool ours = journal != nullptr && journal->has(Journal::item(*entry));
    if (is_relation(entry->kind) && !ours) relations.push_back(entry);
  }
  const std::set<int> there = existing(connection, relations);
  if (there.empty()) return;
  std::vector<std::string> names;
  for (const archive::TocEntry* entry : relations) {
    if (there.contains(entry->id) && names.size() < 10) names.push_back(describe(*entry));
  }
  throw Error(Kind::exists, fmt::format("{} of the objects to be created exist already: {}{}", there.size(),
                                        join(names, ", "), there.size() > names.size() ? ", …" : ""))
      .hint(
          "Nothing was changed. Restore into an empty database (--create-db NAME), drop them first, or load only rows "
          "with --data-only.");
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
  throw Error(Kind::not_found, fmt::format("{} of the objects to be dropped do not exist: {}{}", missing,
                                           join(names, ", "), missing > shown ? ", …" : ""))
      .hint("Nothing was changed. Say --if-exists to drop only what is there, or leave out --clean.");
}

class Needs {
 public:
  Needs(const archive::Toc& toc, const Selected& selected) {
    for (const archive::TocEntry& entry : toc.entries) by_id_.emplace(entry.id, &entry);
    for (const auto* list : {&selected.pre_data, &selected.data, &selected.post_data}) {
      for (const archive::TocEntry* entry : *list) chosen_.insert(entry->id);
    }
  }

  /// Entries outside of the selection that an entry cannot do without.
  [[nodiscard]] std::vector<const archive::TocEntry*> of(const archive::TocEntry& entry) const {
    std::vector<const archive::TocEntry*> needed;
    for (const int id : entry.depends) {
      const auto found = by_id_.find(id);
      if (found == by_id_.end() || chosen_.contains(id)) continue;
      // A foreign key depends on the key of the other table; what must be there is that table.
      if (const archive::TocEntry* other = table_of(*found->second)) needed.push_back(other);
    }
    if (const archive::TocEntry* schema = schema_of(entry)) needed.push_back(schema);
    return needed;
  }

 private:
  [[nodiscard]] const archive::TocEntry* table_of(const archive::TocEntry& entry) const {
    if (entry.section != "post-data" || entry.table_name.empty()) return &entry;
    for (const auto& [id, other] : by_id_) {
      if (is_relation(other->kind) && other->schema == entry.table_schema && other->name == entry.table_name)
        return other;
    }
    return &entry;
  }

  [[nodiscard]] const archive::TocEntry* schema_of(const archive::TocEntry& entry) const {
    if (entry.schema.empty()) return nullptr;
    for (const auto& [id, other] : by_id_) {
      if (other->kind == "SCHEMA" && other->name == entry.schema) return chosen_.contains(id) ? nullptr : other;
    }
    return nullptr;
  }

  std::map<int, const archive::TocEntry*> by_id_;
  std::set<int> chosen_;
};

/// A selected table comes with its schema where the database has none.
void add_missing_schemas(const archive::Toc& toc, const std::set<int>& there, Selected& selected) {
  std::set<std::string> schemas;
  for (const auto* list : {&selected.pre_data, &selected.post_data}) {
    for (const archive::TocEntry* entry : *list) schemas.insert(entry->schema);
  }
  std::vector<const archive::TocEntry*> added;
  for (const archive::TocEntry& entry : toc.entries) {
    if (entry.kind == "SCHEMA" && schemas.contains(entry.name) && !there.contains(entry.id)) added.push_back(&entry);
  }
  selected.pre_data.insert(selected.pre_data.begin(), added.begin(), added.end());
}

}  // namespace

std::vector<std::string> check_requirements(pg::Connection& connection, const archive::Toc& toc,
                                            const RestoreOptions& options, Selected& selected, const Journal* journal) {
  if (!options.clean) refuse_existing(connection, selected, journal);
  if (options.clean && !options.if_exists) refuse_missing(connection, selected.drops);
  std::vector<std::string> warnings;
  if (!selected.partial) return warnings;

  const Needs needs(toc, selected);
  std::map<int, const archive::TocEntry*> outside;
  for (const auto* list : {&selected.pre_data, &selected.post_data}) {
    for (const archive::TocEntry* entry : *list) {
      for (const archive::TocEntry* need : needs.of(*entry)) outside.emplace(need->id, need);
    }
  }
  std::vector<const archive::TocEntry*> asked;
  for (const auto& [id, entry] : outside) asked.push_back(entry);
  const std::set<int> there = existing(connection, asked);

  const auto lacks = [&](const archive::TocEntry* entry) {
    // A schema that is missing comes along.
    return std::ranges::any_of(needs.of(*entry), [&](const archive::TocEntry* need) {
      return need->kind != "SCHEMA" && !there.contains(need->id);
    });
  };
  std::set<int> left_out;
  std::erase_if(selected.post_data, [&](const archive::TocEntry* entry) {
    if (entry->kind != "FK CONSTRAINT" || !lacks(entry)) return false;
    left_out.insert(entry->id);
    warnings.push_back(
        fmt::format("foreign key {} is left out: the table it references is neither selected nor in the database",
                    display_name({entry->schema, entry->name})));
    return true;
  });
  std::erase_if(selected.post_data, [&](const archive::TocEntry* entry) {  // its comment
    return std::ranges::any_of(entry->depends, [&](int id) { return left_out.contains(id); });
  });
  add_missing_schemas(toc, there, selected);
  std::set<std::string> missing;
  for (const auto* list : {&selected.pre_data, &selected.post_data}) {
    for (const archive::TocEntry* entry : *list) {
      for (const archive::TocEntry* need : needs.of(*entry)) {
        if (!there.contains(need->id) && need->kind != "SCHEMA") missing.insert(describe(*need));
      }
    }
  }
  if (!missing.empty()) {
    throw Error(Kind::not_found,
                fmt::format("the selected tables need what is neither selected nor in the database: {}",
                            join({missing.begin(), missing.end()}, ", ")))
        .hint(
            "Nothing was changed. Add tables to the selection, or make the others first (the archive's schema scripts "
            "hold their SQL).");
  }
  return warnings;
}

}  // namespace pgcoffer::restoring
