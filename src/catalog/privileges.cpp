#include <fmt/format.h>

#include <set>
#include <utility>

#include "catalog/queries.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"
#include "cluster/acl.hpp"

namespace pgcoffer::catalog {
namespace {

// What few columns have, of tables their privileges and of indexes their settings: to find them, all columns there are
// must be looked at, which is done once.
constexpr const char* few_columns_sql = R"sql(
  SELECT a.attrelid, a.attnum, a.attname, a.attacl::pg_catalog.text AS acl,
         init.initprivs::pg_catalog.text AS base_acl,
         a.attacl IS NOT NULL AND a.attacl IS DISTINCT FROM init.initprivs AS granted,
         CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS target, a.attoptions IS NOT NULL AS options
  FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_init_privs init
      ON init.objoid = a.attrelid AND init.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
         AND init.objsubid = a.attnum
  WHERE NOT a.attisdropped
    AND ((a.attacl IS NOT NULL AND a.attacl IS DISTINCT FROM init.initprivs)
         OR (a.attnum > 0 AND (a.attstattarget >= 0 OR a.attoptions IS NOT NULL)))
  ORDER BY a.attrelid, a.attnum)sql";

// The system's own relations, where somebody changed what initdb granted.
constexpr const char* system_relations_sql = R"sql(
  SELECT c.oid, c.relnamespace, c.relname, c.relowner, c.relkind,
         c.relacl::pg_catalog.text AS acl,
         coalesce(init.initprivs, pg_catalog.acldefault(CASE WHEN c.relkind = 'S' THEN 's'::"char" ELSE 'r' END,
                                                        c.relowner))::pg_catalog.text AS base_acl
  FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_init_privs init
      ON init.objoid = c.oid AND init.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND init.objsubid = 0
  WHERE c.relkind IN ('r', 'v', 'S') AND c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
    AND ((c.relacl IS NOT NULL AND c.relacl IS DISTINCT FROM init.initprivs)
         OR EXISTS (SELECT FROM pg_catalog.pg_attribute a
                      LEFT JOIN pg_catalog.pg_init_privs i
                        ON i.objoid = c.oid AND i.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
                           AND i.objsubid = a.attnum
                    WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL AND a.attacl IS DISTINCT FROM i.initprivs))
  ORDER BY c.relname)sql";

// Members of extensions and the system's objects are not dumped, but changes of their privileges are.
bool privileges_wanted(const Builder& builder, const Entry& entry) {
  if (entry.privileges->grant_type.empty()) return false;
  if (entry.wanted) return true;
  const Address& address = entry.object.address;
  return (builder.everything() && address.oid < first_normal_oid) ||
         builder.member_selected(address.class_oid, address.oid);
}

/// Whose grants need no session of their own.
const std::string& owner_of(const Entry& entry) {
  return entry.object.owner.empty() ? entry.privileges->owner : entry.object.owner;
}

Entry acl_entry(const Builder& builder, std::size_t index, std::string name, std::string sql) {
  const Entry& holder = builder.entries[index];
  Entry entry;
  entry.object.kind = "ACL";
  entry.object.address = holder.object.address;
  entry.object.schema = holder.object.schema;
  entry.object.name = std::move(name);
  entry.object.owner = holder.object.owner;
  entry.object.table = holder.object.table;
  entry.object.create_sql = std::move(sql);
  entry.attached_to = index;
  return entry;
}

}  // namespace

std::string system_relations_query() {
  return std::string(system_relations_sql);
}

std::string few_columns_query() {
  return few_columns_sql;
}

namespace {

void attach_column_privileges(Builder& builder) {
  for (const auto row : builder.few_columns()) {
    if (!row["granted"].as_bool()) continue;
    const auto index = builder.relation_entry(row["attrelid"].as_oid());
    if (!index || !privileges_wanted(builder, builder.entries[*index])) continue;
    const Entry& holder = builder.entries[*index];
    const std::string column = row["attname"].str();
    const cluster::AclTarget target{"TABLE", holder.privileges->grant_name, quote_ident(column), holder.object.owner,
                                    builder.version};
    std::string sql = cluster::acl_sql(target, row["acl"].view(), row["base_acl"].view());
    if (sql.empty()) continue;
    builder.entries.push_back(
        acl_entry(builder, *index, fmt::format("COLUMN {}.{}", holder.object.name, column), std::move(sql)));
  }
}

void add_system_relations(Builder& builder) {
  for (const auto row : builder.query(system_relations_query())) {
    const bool sequence = row["relkind"].as_char() == 'S';
    Entry entry = new_entry(builder, "TABLE", {class_oid::relation, row["oid"].as_oid(), 0},
                            row["relnamespace"].as_oid(), row["relname"].str(), row["relowner"].as_oid());
    entry.wanted = false;
    set_privileges(entry, sequence ? "SEQUENCE" : "TABLE",
                   builder.qualified(row["relnamespace"].as_oid(), row["relname"].view()), row);
    builder.add(std::move(entry));
  }
}

}  // namespace

void attach_privileges(Builder& builder) {
  if (!builder.selection.privileges) return;
  if (builder.everything()) add_system_relations(builder);
  std::set<Address> done;
  const std::size_t count = builder.entries.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Entry& entry = builder.entries[i];
    if (entry.privileges->acl.empty() || !privileges_wanted(builder, entry)) continue;
    if (!done.insert(entry.object.address).second) continue;
    const Privileges& privileges = entry.privileges;
    const cluster::AclTarget target{privileges.grant_type, privileges.grant_name, "", owner_of(entry), builder.version};
    std::string sql = cluster::acl_sql(target, privileges.acl, privileges.base_acl);
    if (sql.empty()) continue;
    builder.entries.push_back(
        acl_entry(builder, i, fmt::format("{} {}", privileges.grant_type, entry.object.name), std::move(sql)));
  }
  // After those of the tables, since revoking from a table also revokes from its columns.
  attach_column_privileges(builder);
}

}  // namespace pgcoffer::catalog
