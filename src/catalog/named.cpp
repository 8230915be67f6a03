#include "catalog/named.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <pgcoffer/error.hpp>
#include <vector>

#include "catalog/builder.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr const char* relations_sql = R"sql(
  SELECT oid, relnamespace, relname, pg_catalog.pg_table_is_visible(oid) AS visible
  FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S'))sql";

constexpr const char* children_sql = "SELECT inhparent, inhrelid FROM pg_catalog.pg_inherits";

/// Without what is asked for a dump would lack it. Where nothing is there to be left out, nothing is lost: a warning.
using Warnings = std::vector<std::string>;

/// `warnings` is null for patterns of what is asked for.
void no_match(const Pattern& pattern, std::string_view what, Warnings* warnings) {
  const std::string text = fmt::format("pattern \"{}\" matches no {}", pattern.text(), what);
  if (warnings != nullptr) return warnings->push_back(text + ": nothing is left out by it");
  throw Error(Kind::usage, text)
      .hint(
          "Patterns are psql's: lower-cased unless in double quotes; \"*\" stands for any characters; without a schema "
          "only tables on the search_path match (write \"*.name\" for any schema).");
}

/// What a pattern says of the database before the schema must be true; others cannot be reached.
void check_database(const std::string& name, const std::vector<Pattern>& patterns) {
  for (const Pattern& pattern : patterns) {
    if (pattern.in_database(name)) continue;
    throw Error(Kind::usage, fmt::format("pattern \"{}\" names another database than \"{}\"", pattern.text(), name))
        .hint("Leave the database out, or connect to it (-d). A dot in a name needs double quotes.");
  }
}

/// The relations of the database, and which of them patterns mean.
class RelationNames {
 public:
  RelationNames(pg::Connection& connection, const std::unordered_map<Oid, std::string>& schemas, bool children) {
    // Visible is what the role's own search_path says, not the empty one of our session.
    connection.exec("RESET search_path");
    const auto rows = connection.query(relations_sql);
    connection.exec("SET search_path = ''");
    for (const auto row : rows) {
      const QualifiedName name{schemas.at(row["relnamespace"].as_oid()), row["relname"].str()};
      relations_.emplace(row["oid"].as_oid(), Relation{name, row["visible"].as_bool() && !system_schema(name.schema)});
    }
    if (!children) return;
    for (const auto row : connection.query(children_sql))
      children_.emplace(row["inhparent"].as_oid(), row["inhrelid"].as_oid());
  }

  [[nodiscard]] std::set<QualifiedName> find(const RelationPatterns& patterns, Warnings* warnings) const {
    std::set<Oid> found;
    for (const Pattern& pattern : patterns.alone) found.merge(matching(pattern, warnings));
    for (const Pattern& pattern : patterns.with_children)
      for (const Oid oid : matching(pattern, warnings)) add_tree(oid, found);
    std::set<QualifiedName> names;
    for (const Oid oid : found) names.insert(relations_.at(oid).name);
    return names;
  }

 private:
  struct Relation {
    QualifiedName name;
    bool visible = false;
  };

  /// Without a schema part a pattern means visible relations only (psql).
  [[nodiscard]] std::set<Oid> matching(const Pattern& pattern, Warnings* warnings) const {
    std::set<Oid> found;
    for (const auto& [oid, relation] : relations_)
      if ((pattern.has_schema() || relation.visible) && pattern.matches(relation.name)) found.insert(oid);
    if (found.empty()) no_match(pattern, "table", warnings);
    return found;
  }

  void add_tree(Oid root, std::set<Oid>& found) const {
    if (!relations_.contains(root) || !found.insert(root).second) return;
    const auto [first, last] = children_.equal_range(root);
    for (auto child = first; child != last; ++child) add_tree(child->second, found);
  }

  std::unordered_map<Oid, Relation> relations_;
  std::multimap<Oid, Oid> children_;
};

void check_schemas(const std::vector<Pattern>& patterns, const std::unordered_map<Oid, std::string>& schemas,
                   Warnings* warnings) {
  for (const Pattern& pattern : patterns) {
    if (std::ranges::none_of(schemas, [&](const auto& schema) { return pattern.matches(schema.second); }))
      no_match(pattern, "schema", warnings);
  }
}

/// The rows of the query, (key, name), whose name some pattern matches; by their keys.
std::set<std::string> find(pg::Connection& connection, const char* query, const std::vector<Pattern>& patterns,
                           std::string_view what, Warnings* warnings) {
  std::set<std::string> found;
  if (patterns.empty()) return found;
  const auto rows = connection.query(query);
  for (const Pattern& pattern : patterns) {
    bool any = false;
    for (const auto row : rows) {
      if (!pattern.matches(row["name"].view())) continue;
      found.insert(row["key"].str());
      any = true;
    }
    if (!any) no_match(pattern, what, warnings);
  }
  return found;
}

std::set<Oid> find_extensions(pg::Connection& connection, const std::vector<Pattern>& patterns, Warnings* warnings) {
  std::set<Oid> oids;
  for (const std::string& oid : find(connection, "SELECT oid AS key, extname AS name FROM pg_catalog.pg_extension",
                                     patterns, "extension", warnings))
    oids.insert(static_cast<Oid>(std::stoul(oid)));
  return oids;
}

}  // namespace

Named find_named(pg::Connection& connection, const Selection& selection,
                 const std::unordered_map<pg::Oid, std::string>& schemas) {
  const auto lists = {&selection.tables, &selection.exclude_tables, &selection.exclude_table_data};
  const std::string database = connection.endpoint().dbname;
  check_database(database, selection.schemas);
  check_database(database, selection.exclude_schemas);
  for (const RelationPatterns* list : lists) {
    check_database(database, list->alone);
    check_database(database, list->with_children);
  }
  Named named;
  Warnings* const warnings = &named.warnings;
  check_schemas(selection.schemas, schemas, nullptr);
  check_schemas(selection.exclude_schemas, schemas, warnings);
  named.extensions = find_extensions(connection, selection.extensions, nullptr);
  named.excluded_extensions = find_extensions(connection, selection.exclude_extensions, warnings);
  named.foreign_servers = find(connection, "SELECT srvname AS key, srvname AS name FROM pg_catalog.pg_foreign_server",
                               selection.foreign_data, "foreign server", nullptr);
  if (std::ranges::all_of(lists, &RelationPatterns::empty)) return named;
  const bool children = std::ranges::any_of(lists, [](const auto* list) { return !list->with_children.empty(); });
  const RelationNames names(connection, schemas, children);
  named.tables = names.find(selection.tables, nullptr);
  named.excluded_tables = names.find(selection.exclude_tables, warnings);
  named.without_rows = names.find(selection.exclude_table_data, warnings);
  return named;
}

}  // namespace pgcoffer::catalog
