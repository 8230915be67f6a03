#include "merge/partitions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "archive/partitions.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

constexpr const char* kLook = R"sql(
  SELECT c.relkind, rn.nspname, r.relname
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_class r ON r.oid = pg_catalog.pg_partition_root(c.oid)
    LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
  WHERE n.nspname = {} AND c.relname = {})sql";

constexpr const char* kLeaves = R"sql(
  SELECT n.nspname, c.relname
  FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass({})) p
    JOIN pg_catalog.pg_class c ON c.oid = p.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE p.isleaf AND c.relkind = 'r'
  ORDER BY 1, 2)sql";

constexpr const char* kBeside =
    "Rows go into the tables that the archive has them of. Restore them under another name (--map-table, without "
    "--mode), and INSERT … SELECT from there.";

[[noreturn]] void refuse(const std::string& what, const QualifiedName& table) {
  throw Error(Kind::failed, what).hint(kBeside).object(display_name(table));
}

}  // namespace

Partitions::Partitions(pg::Connection& connection, const archive::Manifest& manifest, const archive::Toc& toc,
                       NameOf name_of)
    : connection_(connection),
      manifest_(manifest),
      name_of_(std::move(name_of)),
      parents_(archive::partition_parents(toc)) {}

Partitions::There Partitions::look(const QualifiedName& table) const {
  const pg::Result found =
      connection_.query(fmt::format(kLook, quote_literal(table.schema), quote_literal(table.name)));
  if (found.empty()) return {};
  There there{found[0]["relkind"].as_char(), table};
  if (!found[0]["relname"].is_null()) there.root = {found[0]["nspname"].str(), found[0]["relname"].str()};
  return there;
}

QualifiedName Partitions::archived_root(QualifiedName table) const {
  for (auto parent = parents_.find(table); parent != parents_.end(); parent = parents_.find(table))
    table = parent->second;
  return table;
}

void Partitions::refuse_others(const std::vector<const archive::Table*>& tables) const {
  for (const archive::Table* table : tables) {
    const QualifiedName own{table->schema, table->name};
    const QualifiedName name = name_of_(own), root = name_of_(archived_root(own));
    const There there = look(name);
    if (there.kind == 'p')
      refuse(fmt::format("table {} is partitioned in the database, and not in the archive", quoted_name(name)), name);
    if (root == name) continue;
    if (look(root).kind == 'r')
      refuse(fmt::format("table {} is partitioned in the archive, and not in the database", quoted_name(root)), root);
    if (there.kind == 0 || there.root != root) {
      refuse(fmt::format("table {} has other partitions in the database than in the archive: {} is none there",
                         quoted_name(root), quoted_name(name)),
             name);
    }
  }
}

std::vector<const archive::Table*> Partitions::with_siblings(const std::vector<const archive::Table*>& tables) const {
  std::set<QualifiedName> names, roots;
  for (const archive::Table* table : tables) {
    names.insert({table->schema, table->name});
    roots.insert(archived_root({table->schema, table->name}));
  }
  std::vector<const archive::Table*> all;
  for (const archive::Table& table : manifest_.tables) {
    const QualifiedName own{table.schema, table.name};
    if (table.has_rows && (names.contains(own) || roots.contains(archived_root(own)))) all.push_back(&table);
  }
  return all;
}

void Partitions::refuse_unknown(const restoring::Choice& choice) const {
  std::set<QualifiedName> known, roots;
  for (const auto& [partition, parent] : parents_) {
    known.insert(name_of_(partition));
    const QualifiedName root = archived_root(parent);
    if (!choice.partial || choice.relations.contains(root)) roots.insert(name_of_(root));
  }
  for (const QualifiedName& root : roots) {
    std::vector<std::string> unknown;
    for (const pg::Row row : connection_.query(fmt::format(kLeaves, quote_literal(quote_always(root))))) {
      const QualifiedName leaf{row[0].str(), row[1].str()};
      if (known.contains(leaf)) continue;
      const std::string look = fmt::format("SELECT FROM ONLY {} LIMIT 1", quote_always(leaf));
      if (!connection_.query(look).empty()) unknown.push_back(display_name(leaf));
    }
    if (unknown.empty()) continue;
    throw Error(Kind::failed, fmt::format("table {} has partitions with rows which the archive does not know, and "
                                          "which would stay: {}",
                                          quoted_name(root), join_first(unknown)))
        .hint("Name the archive's partitions instead (--tables), empty or detach the others, or say --mode upsert.")
        .object(display_name(root));
  }
}

}  // namespace pgcoffer::merging
