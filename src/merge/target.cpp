#include "merge/target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

constexpr const char* kColumns = R"sql(
  SELECT c.oid, n.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.attgenerated <> '' AS generated, a.attidentity = 'a' AS always
  FROM (VALUES {}) AS wanted(schema, name)
    JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind = 'r'
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY c.oid, a.attnum)sql";

// The operator is that of the index: other schemas are not on the search path.
// unnest() of several arrays is grammar, which takes no schema.
constexpr const char* kPrimaryKeys = R"sql(
  SELECT i.indrelid, a.attname, o.oprname, n.nspname
  FROM pg_catalog.pg_index i
    CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indclass::oid[]) WITH ORDINALITY AS k(attnum, opclass, position)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    JOIN pg_catalog.pg_opclass oc ON oc.oid = k.opclass
    JOIN pg_catalog.pg_amop am ON am.amopfamily = oc.opcfamily AND am.amoplefttype = oc.opcintype
      AND am.amoprighttype = oc.opcintype AND am.amopstrategy = 3
    JOIN pg_catalog.pg_operator o ON o.oid = am.amopopr
    JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
  WHERE i.indisprimary AND k.position <= i.indnkeyatts
  ORDER BY i.indrelid, k.position)sql";

// Only servers since 18 know that a key is not enforced.
constexpr const char* kForeignKeys = R"sql(
  SELECT k.conname, k.conrelid, k.confrelid, k.convalidated, k.confdeltype, k.confupdtype,
    COALESCE((pg_catalog.to_jsonb(k) ->> 'conenforced')::bool, true) AS enforced,
    pg_catalog.format('%I.%I', cn.nspname, c.relname) AS child, pg_catalog.format('%I.%I', pn.nspname, p.relname) AS parent,
    names.children, names.parents, names.equals
  FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
    JOIN pg_catalog.pg_class p ON p.oid = k.confrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
    CROSS JOIN LATERAL (
      SELECT pg_catalog.array_agg(ca.attname ORDER BY position) AS children,
        pg_catalog.array_agg(pa.attname ORDER BY position) AS parents,
        pg_catalog.array_agg(pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) ORDER BY position) AS equals
      FROM unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY AS u(child, parent, op, position)
        JOIN pg_catalog.pg_attribute ca ON ca.attrelid = k.conrelid AND ca.attnum = u.child
        JOIN pg_catalog.pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = u.parent
        JOIN pg_catalog.pg_operator o ON o.oid = u.op JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace) AS names
  WHERE k.contype = 'f' AND k.conparentid = 0
  ORDER BY k.oid)sql";

constexpr const char* kPartitions = R"sql(
  SELECT i.inhparent, i.inhrelid FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhparent
  WHERE c.relkind = 'p')sql";

using Partitions = std::multimap<pg::Oid, pg::Oid>;

void add_leaves(const Partitions& partitions, pg::Oid table, std::vector<pg::Oid>& leaves) {
  const auto [first, last] = partitions.equal_range(table);
  if (first == last) leaves.push_back(table);
  for (auto at = first; at != last; ++at) add_leaves(partitions, at->second, leaves);
}

void sort_columns(TargetTable& table) {
  for (const archive::Column& column : table.archived->columns) {
    if (!column.in_rows) continue;
    const auto found = std::ranges::find(table.columns, column.name, &TargetColumn::name);
    const bool writable = found != table.columns.end() && !found->generated;
    (writable ? table.writable : table.extra).push_back(column.name);
  }
}

}  // namespace

std::vector<std::string> TargetTable::fixed() const {
  std::vector<std::string> names;
  for (const TargetColumn& column : columns) {
    const bool in_key = std::ranges::find(key, column.name, &KeyColumn::name) != key.end();
    const bool in_rows = std::ranges::find(writable, column.name) != writable.end();
    if (column.identity_always && in_rows && !in_key) names.push_back(column.name);
  }
  return names;
}

std::vector<std::string> TargetTable::not_archived() const {
  std::vector<std::string> names;
  for (const TargetColumn& column : columns) {
    if (!column.generated && std::ranges::find(writable, column.name) == writable.end()) names.push_back(column.name);
  }
  return names;
}

std::map<pg::Oid, TargetTable> read_tables(pg::Connection& connection, const archive::Manifest& manifest,
                                           const std::function<QualifiedName(const QualifiedName&)>& name_of) {
  std::map<QualifiedName, const archive::Table*> archived;
  std::vector<std::string> names;
  for (const archive::Table& table : manifest.tables) {
    if (!table.has_rows) continue;
    const QualifiedName name = name_of({table.schema, table.name});
    archived.emplace(name, &table);
    names.push_back(fmt::format("({}, {})", quote_literal(name.schema), quote_literal(name.name)));
  }
  std::map<pg::Oid, TargetTable> tables;
  if (names.empty()) return tables;
  for (const pg::Row row : connection.query(fmt::format(kColumns, join(names, ", ")))) {
    TargetTable& table = tables[row["oid"].as_oid()];
    table.oid = row["oid"].as_oid();
    table.name = {row["nspname"].str(), row["relname"].str()};
    table.archived = archived.at(table.name);
    if (row["attname"].is_null()) continue;  // a table without columns
    table.columns.push_back(
        {row["attname"].str(), row["type"].str(), row["generated"].as_bool(), row["always"].as_bool()});
  }
  for (const pg::Row row : connection.query(kPrimaryKeys)) {
    const auto found = tables.find(row["indrelid"].as_oid());
    if (found == tables.end()) continue;
    found->second.key.push_back(
        {row["attname"].str(),
         fmt::format("OPERATOR({}.{})", quote_always(row["nspname"].view()), row["oprname"].view())});
  }
  for (auto& [oid, table] : tables) sort_columns(table);
  return tables;
}

std::vector<ForeignKey> read_foreign_keys(pg::Connection& connection) {
  Partitions partitions;
  for (const pg::Row row : connection.query(kPartitions)) partitions.emplace(row[0].as_oid(), row[1].as_oid());
  std::vector<ForeignKey> keys;
  for (const pg::Row row : connection.query(kForeignKeys)) {
    ForeignKey key;
    key.name = row["conname"].str();
    key.child = row["conrelid"].as_oid();
    key.parent = row["confrelid"].as_oid();
    key.child_sql = row["child"].str();
    key.parent_sql = row["parent"].str();
    key.child_columns = row["children"].as_array();
    key.parent_columns = row["parents"].as_array();
    key.equals = row["equals"].as_array();
    key.enforced = row["enforced"].as_bool();
    if (key.enforced) {
      key.on_delete = row["confdeltype"].as_char();
      key.on_update = row["confupdtype"].as_char();
    }
    key.validated = row["convalidated"].as_bool();
    add_leaves(partitions, key.child, key.children);
    add_leaves(partitions, key.parent, key.parents);
    keys.push_back(std::move(key));
  }
  return keys;
}

void refuse_row_security(pg::Connection& connection, const std::vector<const TargetTable*>& tables) {
  std::vector<std::string> hiding;
  for (const TargetTable* table : tables) {
    const bool active =
        connection.query(fmt::format("SELECT pg_catalog.row_security_active({}::pg_catalog.oid)", table->oid))[0][0]
            .as_bool();
    if (active) hiding.push_back(display_name(table->name));
  }
  if (hiding.empty()) return;
  throw Error(Kind::permission,
              fmt::format("row-level security hides rows from this role, in tables: {}", join_first(hiding)))
      .hint(
          "Merge as a superuser or a role with BYPASSRLS; the tables' owner sees all rows, too, unless FORCE ROW LEVEL "
          "SECURITY is set.");
}

std::string match(const ForeignKey& key, const std::string& child, const std::string& parent) {
  std::vector<std::string> terms;
  for (std::size_t i = 0; i < key.equals.size(); ++i) {
    terms.push_back(fmt::format("{}.{} {} {}.{}", parent, quote_always(key.parent_columns[i]), key.equals[i], child,
                                quote_always(key.child_columns[i])));
  }
  return join(terms, " AND ");
}

}  // namespace pgcoffer::merging
