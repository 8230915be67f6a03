#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "catalog/builder.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr const char* public_schema = "SCHEMA public";  // of whatever oid: it may have been made anew
constexpr const char* public_schema_comment = "standard public schema";

constexpr const char* comments_sql = R"sql(
  SELECT d.classoid, d.objoid, d.objsubid, d.description AS text, a.attname, '' AS provider,
         nn.conname AS not_null, nn.conrelid AS not_null_table
  FROM pg_catalog.pg_description d
    LEFT JOIN pg_catalog.pg_constraint nn
      ON d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND nn.oid = d.objoid
         AND nn.contype = 'n' AND nn.conrelid <> 0
    LEFT JOIN pg_catalog.pg_attribute a
      ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND a.attrelid = d.objoid AND a.attnum = d.objsubid
         AND d.objsubid <> 0 AND NOT a.attisdropped
  WHERE d.objoid >= 16384
     OR d.classoid IN ('pg_catalog.pg_namespace'::pg_catalog.regclass, 'pg_catalog.pg_largeobject'::pg_catalog.regclass)
  ORDER BY d.classoid, d.objoid, d.objsubid)sql";

// Subscriptions are shared objects.
constexpr const char* labels_sql = R"sql(
  SELECT l.classoid, l.objoid, l.objsubid, l.label AS text, a.attname, l.provider,
         NULL AS not_null, 0 AS not_null_table
  FROM (SELECT classoid, objoid, objsubid, provider, label FROM pg_catalog.pg_seclabel
        UNION ALL
        SELECT classoid, objoid, 0, provider, label FROM pg_catalog.pg_shseclabel
        WHERE classoid = 'pg_catalog.pg_subscription'::pg_catalog.regclass) l
    LEFT JOIN pg_catalog.pg_attribute a
      ON l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND a.attrelid = l.objoid AND a.attnum = l.objsubid
         AND l.objsubid <> 0 AND NOT a.attisdropped
  ORDER BY l.classoid, l.objoid, l.objsubid, l.provider)sql";

/// Entries by what they make, and those that a comment can be put on.
std::unordered_map<Address, std::size_t, AddressHash> entries_by_address(const Builder& builder) {
  std::unordered_map<Address, std::size_t, AddressHash> found;
  for (std::size_t i = 0; i < builder.entries.size(); ++i) {
    const Entry& entry = builder.entries[i];
    if (entry.target.empty()) continue;
    found.try_emplace(entry.object.address, i);
    // Columns of composite types and indexes of constraints; a type's other parts have comments of their own, which are
    // not the type's.
    for (const auto& address : entry.also)
      if (address.class_oid == class_oid::relation) found.try_emplace(address, i);
  }
  return found;
}

std::string column_target(const Entry& holder, std::string_view column) {
  return fmt::format("COLUMN {}.{}.{}", quote_ident(holder.object.schema), quote_ident(holder.object.name),
                     quote_ident(column));
}

// The address of a constraint's index is the constraint's entry, but its own comment is the index's.
std::string target_of(const Builder& builder, const Entry& holder, const pg::Row& row) {
  if (!row["not_null"].is_null() && holder.object.address.class_oid == class_oid::relation)
    return fmt::format("CONSTRAINT {} ON {}", quote_ident(row["not_null"].view()), sql_name(holder));
  if (!row["attname"].is_null()) return column_target(holder, row["attname"].view());
  const bool index_of_constraint =
      row["classoid"].as_oid() == class_oid::relation && holder.object.address.class_oid == class_oid::constraint;
  if (!index_of_constraint) return holder.target;
  const Entry& table = builder.entries[*builder.relation_entry(holder.object.table)];
  const std::string constraint = holder.object.name.substr(table.object.name.size() + 1);
  return fmt::format("INDEX {}.{}", quote_ident(holder.object.schema), quote_ident(constraint));
}

Entry attached(const Builder& builder, std::size_t index, const char* kind, const Address& address,
               const std::string& target) {
  const Entry& holder = builder.entries[index];
  Entry entry;
  entry.object.kind = kind;
  entry.object.address = address;
  entry.object.schema = holder.object.schema;
  entry.object.name = target;
  entry.object.owner = holder.object.owner;
  entry.object.table = holder.object.table;
  entry.attached_to = index;
  return entry;
}

void attach(Builder& builder, const char* kind, const char* sql, const auto& statement) {
  const auto rows = builder.connection.query(sql);
  if (rows.empty()) return;
  const auto by_address = entries_by_address(builder);
  for (const auto row : rows) {
    const auto sub = static_cast<std::int32_t>(row["objsubid"].as_int());
    const Address address{row["classoid"].as_oid(), row["objoid"].as_oid(), sub};
    auto found = by_address.find({address.class_oid, address.oid, 0});
    // NOT NULL has no entry of its own: it stands in its table's.
    if (found == by_address.end()) found = by_address.find({class_oid::relation, row["not_null_table"].as_oid(), 0});
    if (found == by_address.end()) continue;
    const Entry& holder = builder.entries[found->second];
    if (!holder.wanted || (sub != 0 && row["attname"].is_null())) continue;
    const std::string target = target_of(builder, holder, row);
    Entry entry = attached(builder, found->second, kind, address, target);
    entry.object.create_sql = statement(row, target);
    if (!entry.object.create_sql.empty()) builder.entries.push_back(std::move(entry));
  }
}

// A new database's schema "public" has a comment of initdb's; that it was taken away must be said.
void drop_public_comment(Builder& builder) {
  const auto rows = builder.connection.query(
      "SELECT FROM pg_catalog.pg_description d JOIN pg_catalog.pg_namespace n ON n.oid = d.objoid "
      "WHERE n.nspname = 'public' AND d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass");
  if (!rows.empty()) return;
  for (std::size_t i = 0; i < builder.entries.size(); ++i) {
    const Entry& schema = builder.entries[i];
    if (schema.target != public_schema || !schema.wanted) continue;
    Entry entry = attached(builder, i, "COMMENT", schema.object.address, schema.target);
    entry.object.create_sql = "COMMENT ON SCHEMA public IS NULL;\n";
    builder.entries.push_back(std::move(entry));
    return;
  }
}

}  // namespace

void attach_comments(Builder& builder) {
  if (builder.selection.leave_out.comments) return;
  attach(builder, "COMMENT", comments_sql, [](const pg::Row& row, const std::string& target) -> std::string {
    if (target == public_schema && row["text"].view() == public_schema_comment) return "";
    return fmt::format("COMMENT ON {} IS {};\n", target, quote_literal(row["text"].view()));
  });
  drop_public_comment(builder);
}

void attach_security_labels(Builder& builder) {
  if (builder.selection.leave_out.security_labels) return;
  attach(builder, "SECURITY LABEL", labels_sql, [](const pg::Row& row, const std::string& target) {
    return fmt::format("SECURITY LABEL FOR {} ON {} IS {};\n", quote_ident(row["provider"].view()), target,
                       quote_literal(row["text"].view()));
  });
}

}  // namespace pgcoffer::catalog
