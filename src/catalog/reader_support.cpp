#include "catalog/reader_support.hpp"

#include <utility>

namespace pgcoffer::catalog {

std::string_view since(int server_version, std::initializer_list<Since> choices) {
  std::string_view best;
  for (const Since& choice : choices) {
    if (choice.version <= server_version) best = choice.sql;
  }
  return best;
}

bool dumpable_in_schema(const Builder& builder, Oid class_oid, Oid oid, Oid schema) {
  return builder.schema_selected(schema) && !builder.extension_member(class_oid, oid);
}

bool dumpable_global(const Builder& builder, Oid class_oid, Oid oid) {
  return builder.global_selected(oid) && !builder.extension_member(class_oid, oid);
}

Entry new_entry(const Builder& builder, std::string kind, Address address, Oid schema, std::string name, Oid owner) {
  Entry entry;
  entry.object.kind = std::move(kind);
  entry.object.address = address;
  if (schema != 0) entry.object.schema = builder.schema_name(schema);
  entry.object.name = std::move(name);
  if (owner != 0) entry.object.owner = builder.role_name(owner);
  return entry;
}

void set_privileges(Entry& entry, std::string grant_type, std::string grant_name, const pg::Row& row) {
  Privileges& privileges = entry.privileges.edit();
  privileges.grant_type = std::move(grant_type);
  privileges.grant_name = std::move(grant_name);
  privileges.acl = row["acl"].str();
  privileges.base_acl = row["base_acl"].str();
}

void Clauses::add(std::string_view key, std::string_view value) {
  flag(key, true);
  text_.append(" = ").append(value);
}

void Clauses::add_if_any(std::string_view key, const pg::Field& value) {
  if (!is_none(value)) add(key, value.view());
}

void Clauses::flag(std::string_view key, bool present) {
  if (!present) return;
  text_.append(text_.empty() ? "    " : ",\n    ").append(key);
}

bool is_none(const pg::Field& field) {
  return field.is_null() || field.view().empty() || field.view() == "-";
}

}  // namespace pgcoffer::catalog
