#include "catalog/types.hpp"

#include <set>

#include "catalog/queries.hpp"
#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view parts_sql = R"sql(
SELECT d.refobjid AS type, d.classid, d.objid
  FROM pg_catalog.pg_depend d
 WHERE d.refclassid = 'pg_catalog.pg_type'::regclass
   AND d.deptype = 'i'
   AND d.classid IN ('pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_cast'::regclass)
 ORDER BY d.refobjid, d.classid, d.objid
)sql";

// Most databases have few kinds, and a scan of the types of thousands of tables for each of the others is in vain.
constexpr std::string_view kinds_sql = R"sql(
SELECT DISTINCT t.typtype AS kind
  FROM pg_catalog.pg_type t
 WHERE t.oid >= 16384
   AND t.typtype <> 'c'
   AND (t.typtype <> 'b' OR t.oid NOT IN (SELECT a.typarray FROM pg_catalog.pg_type a))
UNION ALL
SELECT 'c'
 WHERE EXISTS (SELECT FROM pg_catalog.pg_class WHERE relkind = 'c')
)sql";

constexpr std::string_view enums_sql = R"sql(
SELECT t.oid,
       t.typname,
       t.typnamespace,
       t.typowner,
       (SELECT string_agg(E'\n    ' || quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
          FROM pg_catalog.pg_enum e
         WHERE e.enumtypid = t.oid) AS labels,
       t.typacl::text AS acl,
       acldefault('T', t.typowner)::text AS base_acl
  FROM pg_catalog.pg_type t
 WHERE t.typtype = 'e'
 ORDER BY t.typnamespace, t.typname
)sql";

constexpr std::string_view undefined_sql = R"sql(
SELECT t.oid,
       t.typname,
       t.typnamespace,
       t.typowner,
       t.typacl::text AS acl,
       acldefault('T', t.typowner)::text AS base_acl
  FROM pg_catalog.pg_type t
 WHERE t.typtype = 'p'
   AND NOT t.typisdefined
 ORDER BY t.typnamespace, t.typname
)sql";

}  // namespace

std::string kinds_of_types_query() {
  return std::string(kinds_sql);
}

TypeParts::TypeParts(Builder& builder) {
  for (const pg::Row row : builder.connection.query(parts_sql)) {
    direct_[row["type"].as_oid()].push_back({row["classid"].as_oid(), row["objid"].as_oid(), 0});
  }
}

std::vector<Address> TypeParts::of(Oid type) const {
  std::vector<Address> parts;
  const auto append = [&](Oid whole) {
    if (const auto found = direct_.find(whole); found != direct_.end()) {
      parts.insert(parts.end(), found->second.begin(), found->second.end());
    }
  };
  append(type);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].class_oid == class_oid::type) append(parts[i].oid);
  }
  return parts;
}

bool type_dumpable(const Builder& builder, const pg::Row& row) {
  return dumpable_in_schema(builder, class_oid::type, row["oid"].as_oid(), row["typnamespace"].as_oid());
}

Entry type_entry(const Builder& builder, const TypeParts& parts, const pg::Row& row, const char* kind) {
  const Oid oid = row["oid"].as_oid();
  const Oid schema = row["typnamespace"].as_oid();
  const std::string name = row["typname"].str();
  Entry entry = new_entry(builder, kind, {class_oid::type, oid, 0}, schema, name, row["typowner"].as_oid());
  const std::string qualified = builder.qualified(schema, name);
  entry.target = std::string(kind) + " " + qualified;
  set_owner_and_drop(entry);
  entry.also = parts.of(oid);
  set_privileges(entry, "TYPE", qualified, row);
  return entry;
}

void add_type_with_shell(Builder& builder, Entry type) {
  Entry shell;
  shell.object.kind = "SHELL TYPE";
  shell.object.schema = type.object.schema;
  shell.object.name = type.object.name;
  // No owner: the server refuses ALTER TYPE … OWNER until the type is complete.
  shell.object.create_sql = "CREATE TYPE " + quote_ident(QualifiedName{type.object.schema, type.object.name}) + ";\n";
  shell.wanted = false;
  type.shell = builder.entries.size();
  builder.add(std::move(shell));
  builder.add(std::move(type));
}

void read_enum_types(Builder& builder, const TypeParts& parts) {
  for (const pg::Row row : builder.connection.query(enums_sql)) {
    if (!type_dumpable(builder, row)) continue;
    Entry entry = type_entry(builder, parts, row, "TYPE");
    entry.object.create_sql = "CREATE " + entry.target + " AS ENUM (" + row["labels"].str() + "\n);\n";
    builder.add(std::move(entry));
  }
}

void read_undefined_types(Builder& builder, const TypeParts& parts) {
  for (const pg::Row row : builder.connection.query(undefined_sql)) {
    if (!type_dumpable(builder, row)) continue;
    Entry entry = type_entry(builder, parts, row, "TYPE");
    entry.object.create_sql = "CREATE " + entry.target + ";\n";
    builder.add(std::move(entry));
  }
}

/// pg_type.typtype of all that are not the server's own, and not the row or array types of others.
std::set<char> kinds_of_types(Builder& builder) {
  std::set<char> kinds;
  for (const pg::Row row : builder.query(kinds_of_types_query())) kinds.insert(row["kind"].as_char());
  return kinds;
}

void read_types(Builder& builder) {
  // Who names a schema may mean one of the server's own.
  const auto kinds = builder.everything() ? kinds_of_types(builder) : std::set<char>{'b', 'c', 'd', 'e', 'p', 'r'};
  if (kinds.empty()) return;
  const TypeParts parts(builder);
  if (kinds.contains('e')) read_enum_types(builder, parts);
  if (kinds.contains('c')) read_composite_types(builder, parts);
  if (kinds.contains('d')) read_domains(builder, parts);
  if (kinds.contains('r')) read_range_types(builder, parts);
  if (kinds.contains('b')) read_base_types(builder, parts);
  if (kinds.contains('p')) read_undefined_types(builder, parts);
}

}  // namespace pgcoffer::catalog
