#include "catalog/relation.hpp"

#include <fmt/format.h>

#include <utility>

namespace pgcoffer::catalog {

const char* Relation::sql_kind() const {
  switch (relkind) {
    case 'v':
      return "VIEW";
    case 'm':
      return "MATERIALIZED VIEW";
    case 'f':
      return "FOREIGN TABLE";
    case 'S':
      return "SEQUENCE";
    default:
      return "TABLE";
  }
}

std::string Relation::alter_only() const {
  return fmt::format("ALTER {}TABLE ONLY {}", relkind == 'f' ? "FOREIGN " : "", qualified);
}

std::string option_list(const std::vector<std::string>& options, std::string_view prefix) {
  std::vector<std::string> items;
  for (const auto& option : options) {
    const auto equals = option.find('=');
    const std::string key = option.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : option.substr(equals + 1);
    items.push_back(fmt::format("{}{}={}", prefix, quote_ident(key), quote_literal(value)));
  }
  return join(items, ", ");
}

std::string oid_array(const std::vector<Oid>& oids) {
  return fmt::format("'{{{}}}'::pg_catalog.oid[]", fmt::join(oids, ","));
}

std::string wanted_relations(const Builder& builder) {
  std::vector<Oid> oids;
  for (const auto& table : builder.catalog.tables)
    if (table.selected) oids.push_back(table.oid);
  return oid_array(oids);
}

Entry entry_of_relation(const Entry& relation, std::string kind, Address address, std::string name) {
  Entry entry;
  entry.object.kind = std::move(kind);
  entry.object.address = address;
  entry.object.schema = relation.object.schema;
  entry.object.name = std::move(name);
  entry.object.owner = relation.object.owner;
  entry.object.table = relation.object.table;
  entry.wanted = relation.wanted;
  return entry;
}

std::string sql_name(const Entry& relation) {
  return quote_ident(relation.object.schema) + "." + quote_ident(relation.object.name);
}

}  // namespace pgcoffer::catalog
