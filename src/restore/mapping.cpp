#include "restore/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "pgcoffer/error.hpp"
#include "restore/lookup.hpp"
#include "restore/map_arguments.hpp"
#include "restore/mapping_sql.hpp"
#include "restore/roles.hpp"

namespace pgcoffer::restoring {
namespace {

/// The names by which statements may call the entry's object, without its schema.
std::vector<std::string> object_names(const archive::TocEntry& entry) {
  std::string name = entry.name;
  if (!entry.table_name.empty() && name.starts_with(entry.table_name + " ")) name.erase(0, entry.table_name.size() + 1);
  for (const char* mark : {" (", "(", " USING "}) {
    if (const std::size_t at = name.find(mark); at != std::string::npos && at > 0) name.erase(at);
  }
  return {entry.name, name};
}

/// The multirange type that a range type makes has its name only in that one's definition.
std::optional<std::string> multirange_name(const archive::TocEntry& entry) {
  if (entry.kind != "TYPE" || entry.create.find("multirange_type_name") == std::string::npos) return std::nullopt;
  const auto tokens = sql_tokens(entry.create).value_or(SqlTokens());
  for (std::size_t i = 0; i + 4 < tokens.size(); ++i)
    if (tokens[i].is(SqlToken::Type::word, "multirange_type_name")) return tokens[i + 4].text;  // = schema . name
  return std::nullopt;
}

/// What has a name of its own in its table's schema, or beside it.
bool is_part(const archive::TocEntry& entry) {
  static const std::set<std::string, std::less<>> kinds = {"INDEX",         "CONSTRAINT", "CHECK CONSTRAINT",
                                                           "FK CONSTRAINT", "SEQUENCE",   "STATISTICS"};
  return kinds.contains(entry.kind);
}

bool is_routine(const std::string& kind) {
  return kind == "FUNCTION" || kind == "PROCEDURE";
}

const std::string& changed(const std::map<std::string, std::string>& names, const std::string& name) {
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

}  // namespace

Mapping::Mapping(const RestoreOptions& options, const archive::Manifest& manifest, const archive::Toc& toc)
    : schemas_(name_maps(options.map_schemas, "--map-schema")),
      roles_(name_maps(options.map_roles, "--map-role")),
      tablespaces_(name_maps(options.map_tablespaces, "--map-tablespace")) {
  read_schemas(options.map_schemas, toc);
  read_tables(options.map_tables, manifest, toc);
  check_used(manifest, toc);
  check_unique(toc);
}

/// A name that is written wrong would leave everything as it is.
void Mapping::check_used(const archive::Manifest& manifest, const archive::Toc& toc) const {
  const auto check = [&](const Names& names, const char* what, const std::string& of_database, auto field) {
    for (const auto& item : names) {
      const std::string& name = item.first;
      const bool used = name == of_database || std::ranges::any_of(toc.entries, [&](const archive::TocEntry& entry) {
                          return entry.*field == name || entry.create.find(name) != std::string::npos;
                        });
      if (!used) {
        throw Error(Kind::usage, fmt::format("the archive names no {} \"{}\" that could be mapped", what, name))
            .hint("Look for it in toc.json, or leave the map out.");
      }
    }
  };
  const cluster::Database database = manifest.properties.value_or(cluster::Database());
  check(roles_, "role", database.owner, &archive::TocEntry::owner);
  check(tablespaces_, "tablespace", database.tablespace, &archive::TocEntry::tablespace);
}

void Mapping::read_schemas(const std::vector<std::string>& maps, const archive::Toc& toc) {
  for (const std::string& text : maps) {
    const auto [from, to] = name_map(text, "--map-schema");
    bool known = false;
    for (const archive::TocEntry& entry : toc.entries) {
      known = known || (entry.kind == "SCHEMA" && entry.name == from);
      if (entry.schema != from) continue;
      known = true;
      if (const auto name = multirange_name(entry)) objects_.insert_or_assign({from, *name}, QualifiedName{to, *name});
      for (const std::string& name : object_names(entry))
        objects_.insert_or_assign({from, name}, QualifiedName{to, name});
    }
    if (from == "public") {
      notes_.push_back(
          fmt::format("schema {}: unlike \"public\", it belongs to the role that restores, and others may "
                      "not use it until that is granted",
                      quote_ident(to)));
    }
    if (!known) {
      throw Error(Kind::usage, fmt::format("--map-schema: the archive holds no schema \"{}\"", from))
          .hint("`pgcoffer inspect` shows what it holds.");
    }
  }
}

void Mapping::read_tables(const std::vector<std::string>& maps, const archive::Manifest& manifest,
                          const archive::Toc& toc) {
  for (const std::string& text : maps) {
    const TableMap map = table_map(text);
    std::vector<QualifiedName> found;
    for (const archive::Table& table : manifest.tables) {
      if (map.is_from({table.schema, table.name})) found.push_back({table.schema, table.name});
    }
    if (found.size() != 1) {
      throw Error(Kind::usage, fmt::format("--map-table: {} table \"{}\" in the archive",
                                           found.empty() ? "there is no" : "there is more than one", map.from))
          .hint("Write its exact name with its schema: --map-table public.orders=public.orders_old.");
    }
    QualifiedName there = map.to;
    if (there.schema.empty()) there.schema = changed(schemas_, found.front().schema);
    objects_.insert_or_assign(found.front(), there);
    if (there.name != found.front().name) renamed_.insert(found.front().name);
    add_belongings(found.front(), there, toc);
  }
}

/// "orders_pkey" of orders becomes "orders_old_pkey". A name that does not begin with the table's stays in another
/// schema; in the same one, where it is taken by the table that is there, the table's new name is put before it.
void Mapping::add_belongings(const QualifiedName& from, const QualifiedName& to, const archive::Toc& toc) {
  for (const archive::TocEntry& entry : toc.entries) {
    if (!is_part(entry) || entry.table_schema != from.schema || entry.table_name != from.name) continue;
    const std::string own = object_names(entry).back();
    const bool named_after = own.starts_with(from.name + "_");
    const bool of_table = entry.kind == "CHECK CONSTRAINT" || entry.kind == "FK CONSTRAINT";
    const std::string other = named_after                             ? to.name + own.substr(from.name.size())
                              : to.schema == from.schema && !of_table ? to.name + "_" + own
                                                                      : own;
    objects_.insert_or_assign({entry.schema, own}, QualifiedName{to.schema, other});
    if (other != own) parts_[from].insert_or_assign(own, other);
  }
}

void Mapping::check_unique(const archive::Toc& toc) const {
  std::map<QualifiedName, const archive::TocEntry*> taken;
  for (const archive::TocEntry& entry : toc.entries) {
    if (!is_relation(entry) && entry.kind != "TYPE" && entry.kind != "DOMAIN") continue;
    const QualifiedName own{entry.schema, entry.name};
    const auto found = objects_.find(own);
    const auto [at, added] = taken.emplace(found == objects_.end() ? own : found->second, &entry);
    if (added) continue;
    throw Error(Kind::usage, fmt::format("{} and {} would have the same name", describe(*at->second), describe(entry)))
        .hint("Map them to different names.");
  }
}

archive::Toc Mapping::toc(const archive::Toc& toc, const Choice& choice) {
  archive::Toc out;
  std::vector<std::string> refused;
  for (const archive::TocEntry& entry : toc.entries) {
    const bool moved = objects_.contains({entry.table_schema, entry.table_name});
    if (moved && entry.kind.ends_with("STATISTICS DATA")) continue;  // ANALYZE makes them anew
    // A selection does not choose schemas: they come along where they are missing.
    if (!choice.has(entry) && entry.kind != "SCHEMA") {
      out.entries.push_back(named_anew(entry));  // what needs it calls it so
      continue;
    }
    try {
      out.entries.push_back(mapped(entry, describe(entry)));
    } catch (const Error& error) {
      refused.push_back(error.message());
    }
  }
  if (refused.empty()) {
    keep_schemas_of_extensions(toc, out);
    return out;
  }
  throw Error(Kind::usage, fmt::format("cannot be restored under other names: {}", join_first(refused)))
      .hint("Nothing was changed. Leave them out with a selection (-t, --object), or map a whole schema instead.");
}

/// Extensions stay where they are, and with them their schemas, beside those with the new names.
void Mapping::keep_schemas_of_extensions(const archive::Toc& toc, archive::Toc& mapped) const {
  int last = 0;
  for (const archive::TocEntry& entry : toc.entries) last = std::max(last, entry.id);
  std::map<std::string, int> kept;  ///< schemas, and the ids of their entries
  for (archive::TocEntry& entry : mapped.entries) {
    if (entry.kind != "EXTENSION") continue;
    const SqlTokens tokens = sql_tokens(entry.create).value_or(SqlTokens());
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      const std::string& schema = tokens[i + 1].text;
      if (!tokens[i].is(SqlToken::Type::word, "SCHEMA") || !schemas_.contains(schema) || schema == "public") continue;
      const auto [found, added] = kept.try_emplace(schema, last + 1);
      if (added) ++last;
      entry.depends.push_back(found->second);
    }
  }
  for (const auto& [schema, id] : kept) {
    archive::TocEntry entry;
    entry.id = id;
    entry.kind = "SCHEMA";
    entry.name = schema;
    entry.section = "pre-data";
    entry.create = fmt::format("CREATE SCHEMA IF NOT EXISTS {};\n", quote_ident(schema));
    mapped.entries.insert(mapped.entries.begin(), std::move(entry));
  }
}

archive::TocEntry Mapping::named_anew(const archive::TocEntry& entry) const {
  archive::TocEntry out = entry;
  out.name = name(entry);
  out.schema = changed(schemas_, entry.schema);
  if (const auto own = objects_.find({entry.schema, object_names(entry).back()}); own != objects_.end())
    out.schema = own->second.schema;
  if (const auto table = objects_.find({entry.table_schema, entry.table_name}); table != objects_.end()) {
    out.table_schema = table->second.schema;
    out.table_name = table->second.name;
  }
  return out;
}

archive::TocEntry Mapping::mapped(const archive::TocEntry& entry, const std::string& what) {
  archive::TocEntry out = named_anew(entry);
  out.create = sql(entry.create, entry, what);
  out.drop = sql(entry.drop, entry, what);
  out.owner_sql = sql(entry.owner_sql, entry, what);
  out.owner = changed(roles_, entry.owner);
  out.tablespace = changed(tablespaces_, entry.tablespace);
  // The schema may be there: "public" in every database, another one by somebody's hand.
  if (entry.kind == "SCHEMA" && out.name != entry.name) {
    out.create = fmt::format("CREATE SCHEMA IF NOT EXISTS {};\n", quote_ident(out.name));
    out.drop = out.name == "public" ? "" : fmt::format("DROP SCHEMA {};\n", quote_ident(out.name));
  }
  return out;
}

std::string Mapping::name(const archive::TocEntry& entry) const {
  if (entry.kind == "SCHEMA") return changed(schemas_, entry.name);
  const QualifiedName own{entry.schema, entry.name};
  if (is_relation(entry) || entry.kind == "INDEX" || entry.kind == "STATISTICS") {
    const auto found = objects_.find(own);
    return found == objects_.end() ? entry.name : found->second.name;
  }
  if (entry.name.find('(') == std::string::npos) return entry.name;
  const auto tokens = sql_tokens(entry.name);  // of arguments
  return tokens ? renamed(entry.name, *tokens, {objects_, nullptr, nullptr, {}, nullptr}) : entry.name;
}

std::string Mapping::sql(const std::string& text, const archive::TocEntry& entry, const std::string& what) {
  if (text.empty()) return text;
  const auto tokens = sql_tokens(text);
  if (!tokens) throw Error(Kind::usage, what + " (its text cannot be read with certainty)");
  const QualifiedName table{entry.table_schema, entry.table_name};
  const auto parts = parts_.find(table);
  const bool owner = text == entry.owner_sql;
  const Renaming renaming{objects_,
                          entry.kind == "EXTENSION" ? nullptr : &schemas_,
                          owner || speaks_of_roles(entry.kind) ? &roles_ : nullptr,
                          tablespaces_,
                          parts == parts_.end() ? nullptr : &parts->second,
                          entry.kind == "SEQUENCE SET"};
  // Columns are often named with their table: "orders.id". As long as only the schema changes, that stays true.
  for (std::size_t i = 0; i + 2 < tokens->size(); ++i) {
    const SqlToken& token = (*tokens)[i];
    if (!token.is_name() || !(*tokens)[i + 1].is(SqlToken::Type::symbol, ".") || !renamed_.contains(token.text))
      continue;
    if (i > 0 && (*tokens)[i - 1].is(SqlToken::Type::symbol, ".")) continue;
    if (!objects_.contains({token.text, (*tokens)[i + 2].text}))
      throw Error(Kind::usage, fmt::format("{} (it names columns as \"{}.…\")", what, token.text));
  }
  std::string other = renamed(text, *tokens, renaming);
  // A body may name a schema in any way; other texts do so as "shop.orders".
  std::set<std::string> old = renamed_;
  for (const auto& [from, to] : schemas_) old.insert(from);
  if (&text == &entry.create && entry.kind != "COMMENT" && texts_name(other, old, !is_routine(entry.kind)))
    notes_.push_back(fmt::format("{} still has old names in its text", what));
  return other;
}

/// Rows that hold names of objects, which the server would look for, or find where they should not be.
std::vector<std::string> Mapping::names_in_rows(const archive::Table& table) const {
  std::vector<std::string> lines;
  if (!table.has_rows || (schemas_.empty() && renamed_.empty())) return lines;
  for (const archive::Column& column : table.columns) {
    if (!column.in_rows || !column.type.starts_with("reg")) continue;
    lines.push_back(fmt::format("column {}.{} is of type {}: the names in its rows stay as they are",
                                display_name({table.schema, table.name}), quote_ident(column.name), column.type));
  }
  return lines;
}

QualifiedName Mapping::table(const QualifiedName& name) const {
  const auto found = objects_.find(name);
  return found == objects_.end() ? QualifiedName{changed(schemas_, name.schema), name.name} : found->second;
}

archive::Manifest Mapping::manifest(const archive::Manifest& manifest, const Choice& choice) {
  archive::Manifest out = manifest;
  for (archive::Table& table : out.tables) {
    if (choice.has(table)) {
      for (const std::string& line : names_in_rows(table)) notes_.push_back(line);
    }
    const QualifiedName own = this->table({table.schema, table.name});
    table.schema = own.schema;
    table.name = own.name;
    if (table.load_into) table.load_into = this->table(*table.load_into);
  }
  if (out.properties) {
    out.properties->owner = changed(roles_, out.properties->owner);
    out.properties->tablespace = changed(tablespaces_, out.properties->tablespace);
    for (cluster::Setting& setting : out.properties->settings) {
      setting.role = changed(roles_, setting.role);
      if (setting.name != "search_path") continue;
      for (std::string& schema : setting.values) schema = changed(schemas_, schema);
    }
    if (out.properties->acl) {
      for (cluster::AclItem& item : *out.properties->acl) {
        item.grantee = changed(roles_, item.grantee);
        item.grantor = changed(roles_, item.grantor);
      }
    }
  }
  return out;
}

Choice Mapping::choice(const Choice& choice) const {
  Choice out = choice;
  out.relations.clear();
  for (const QualifiedName& name : choice.relations) out.relations.insert(table(name));
  return out;
}

}  // namespace pgcoffer::restoring
