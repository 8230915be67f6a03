#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"

namespace tables {

using namespace pgcoffer;

/// A column as the catalog describes it: `type` as format_type() writes it.
inline catalog::Column column(const std::string& name, const std::string& type, bool not_null = false,
                              bool has_default = false) {
  catalog::Column result;
  result.name = name;
  result.type = result.full_type = type;
  result.not_null = not_null;
  result.has_default = has_default;
  result.array = type.size() > 2 && type.substr(type.size() - 2) == "[]";
  const std::string element = type.substr(0, type.find_first_of("[("));
  result.base_type = element + (result.array ? "[]" : "");
  if (element == "boolean") result.value_class = catalog::ValueClass::boolean;
  if (element == "json" || element == "jsonb") result.value_class = catalog::ValueClass::json;
  for (const char* number : {"integer", "bigint", "smallint", "numeric", "real", "double precision", "oid"})
    if (element == number) result.value_class = catalog::ValueClass::number;
  return result;
}

/// Without the columns of places in policies, which parse_test looks at.
inline std::string lines_only(std::string text) {
  for (auto at = text.find(", column "); at != std::string::npos; at = text.find(", column ", at)) {
    auto end = at + 9;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    const bool of_place = end > at + 9;
    if (of_place) text.erase(at, end - at);
    if (!of_place) at = end;
  }
  return text;
}

/// Tables with oids 1, 2, … and columns added in order.
class Database {
 public:
  catalog::Catalog catalog;

  catalog::Table& table(const std::string& name, std::vector<catalog::Column> columns,
                        const std::string& schema = "public") {
    catalog::Table table;
    table.oid = static_cast<catalog::Oid>(catalog.tables.size() + 1);
    table.name = {schema, name};
    table.columns = std::move(columns);
    catalog.tables.push_back(std::move(table));
    return catalog.tables.back();
  }

  catalog::Table& find(const std::string& name) {
    for (auto& table : catalog.tables)
      if (table.name.name == name) return table;
    throw std::logic_error("no table " + name);
  }

  void foreign_key(const std::string& from, const std::string& column, const std::string& to,
                   const std::string& referenced = "id") {
    catalog::ForeignKey key;
    key.name = from + "_" + column + "_fkey";
    key.table = find(from).oid;
    key.referenced = find(to).oid;
    key.columns = {column};
    key.referenced_columns = {referenced};
    find(from).foreign_keys.push_back(key);
  }

  void unique(const std::string& table, std::vector<std::string> columns, bool primary = false) {
    catalog::UniqueKey key;
    key.name = table + (primary ? "_pkey" : "_key");
    key.columns = std::move(columns);
    key.primary = primary;
    find(table).unique_keys.push_back(key);
  }

  /// An entry of the table of contents that says more of a constraint than the model does.
  void definition(const std::string& table, const std::string& kind, const std::string& name, const std::string& sql) {
    catalog::Object object;
    object.kind = kind;
    object.table = find(table).oid;
    object.name = (kind == "INDEX" ? "" : table + " ") + name;
    object.create_sql = sql;
    catalog.objects.push_back(object);
  }

  /// Makes `name` a partition of `root`, which becomes a partitioned table.
  void partition(const std::string& name, const std::string& root, const std::string& key = "") {
    auto& parent = find(root);
    parent.relkind = 'p';
    auto& child = find(name);
    child.is_partition = true;
    child.parents = {parent.oid};
    child.partition_root = parent.partition_root != 0 ? parent.partition_root : parent.oid;
    if (key.empty()) return;
    catalog::Object object;
    object.kind = "TABLE";
    object.table = parent.oid;
    object.create_sql = "CREATE TABLE x (\n);\n\nPARTITION BY RANGE (" + key + ");\n";
    catalog.objects.push_back(object);
  }
};

}  // namespace tables
