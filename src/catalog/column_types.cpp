#include "catalog/column_types.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr const char* names_sql = R"sql(
  SELECT wanted.type, wanted.typmod, pg_catalog.format_type(wanted.type, wanted.typmod) AS name
  FROM ROWS FROM (pg_catalog.unnest({types}), pg_catalog.unnest('{{{typmods}}}'::pg_catalog.int4[]))
       AS wanted(type, typmod))sql";

// The types themselves, domains down to their base types, arrays to their elements.
constexpr const char* types_sql = R"sql(
  WITH RECURSIVE used (oid) AS (
    SELECT wanted.oid FROM pg_catalog.unnest({types}) AS wanted(oid)
    UNION
    SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END
    FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid
    WHERE t.typtype = 'd' OR t.typelem <> 0
  )
  SELECT t.oid, t.typtype, t.typbasetype, t.typnotnull, t.typdefault IS NOT NULL AS has_default, t.typstorage,
         t.typcollation, pg_catalog.format_type(t.oid, NULL) AS name,
         CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS base_name,
         CASE WHEN element.typarray = t.oid THEN element.oid END AS element, element.typdelim
  FROM used
    JOIN pg_catalog.pg_type t ON t.oid = used.oid
    LEFT JOIN pg_catalog.pg_type element ON element.oid = t.typelem)sql";

constexpr const char* collations_sql = R"sql(
  SELECT c.oid, c.collnamespace, c.collname, c.collisdeterministic
  FROM pg_catalog.unnest({collations}) AS wanted(oid)
    JOIN pg_catalog.pg_collation c ON c.oid = wanted.oid)sql";

std::uint64_t key(Oid type, std::int32_t typmod) {
  return std::uint64_t{type} << 32U | static_cast<std::uint32_t>(typmod);
}

ValueClass class_of(Oid type) {
  switch (type) {
    case 16:
      return ValueClass::boolean;
    case 20:
    case 21:
    case 23:
    case 26:
    case 700:
    case 701:
    case 1700:
      return ValueClass::number;
    case 114:
    case 3802:
      return ValueClass::json;
    default:
      return ValueClass::text;
  }
}

}  // namespace

ColumnTypes::ColumnTypes(Builder& builder, const pg::Result& columns) {
  std::unordered_set<std::uint64_t> seen;
  std::unordered_set<Oid> seen_types, seen_collations;
  std::vector<Oid> types, named, collations;
  std::vector<std::int32_t> typmods;
  const int of_type = columns.column("atttypid"), of_typmod = columns.column("atttypmod"),
            of_collation = columns.column("attcollation");
  for (const auto row : columns) {
    const Oid type = row[of_type].as_oid();
    const auto typmod = static_cast<std::int32_t>(row[of_typmod].as_int());
    if (const Oid collation = row[of_collation].as_oid(); collation != 0 && seen_collations.insert(collation).second)
      collations.push_back(collation);
    if (!seen.insert(key(type, typmod)).second) continue;
    named.push_back(type);
    typmods.push_back(typmod);
    if (seen_types.insert(type).second) types.push_back(type);
  }
  read_names(builder, named, typmods);
  read_types(builder, types);
  read_collations(builder, collations);
}

void ColumnTypes::read_names(Builder& builder, const std::vector<Oid>& types,
                             const std::vector<std::int32_t>& typmods) {
  const std::string sql = fmt::format(names_sql, fmt::arg("types", oid_array(types)),
                                      fmt::arg("typmods", fmt::format("{}", fmt::join(typmods, ","))));
  for (const auto row : builder.connection.query(sql))
    names_.emplace(key(row["type"].as_oid(), static_cast<std::int32_t>(row["typmod"].as_int())), row["name"].str());
}

void ColumnTypes::read_types(Builder& builder, const std::vector<Oid>& types) {
  for (const auto row : builder.connection.query(fmt::format(types_sql, fmt::arg("types", oid_array(types))))) {
    Type& type = types_[row["oid"].as_oid()];
    type.kind = row["typtype"].as_char();
    type.storage = row["typstorage"].as_char();
    type.base = row["typbasetype"].as_oid();
    type.element = row["element"].as_oid();
    type.delimiter = row["typdelim"].as_char();
    type.collation = row["typcollation"].as_oid();
    type.not_null = row["typnotnull"].as_bool();
    type.has_default = row["has_default"].as_bool();
    type.name = row["name"].str();
    type.base_name = row["base_name"].str();
  }
}

void ColumnTypes::read_collations(Builder& builder, const std::vector<Oid>& collations) {
  const std::string sql = fmt::format(collations_sql, fmt::arg("collations", oid_array(collations)));
  for (const auto row : builder.connection.query(sql)) {
    collations_.emplace(row["oid"].as_oid(), builder.qualified(row["collnamespace"].as_oid(), row["collname"].view()));
    if (!row["collisdeterministic"].as_bool()) nondeterministic_.insert(row["oid"].as_oid());
  }
}

const std::string& ColumnTypes::name(Oid type, std::int32_t typmod) const {
  return names_.at(key(type, typmod));
}

char ColumnTypes::storage(Oid type) const {
  return types_.at(type).storage;
}

const std::string& ColumnTypes::collation(Oid type, Oid collation) const {
  static const std::string own;
  return collation == 0 || collation == types_.at(type).collation ? own : collations_.at(collation);
}

Oid ColumnTypes::base(Oid type, Column& column) const {
  for (auto found = types_.find(type); found != types_.end() && found->second.kind == 'd'; found = types_.find(type)) {
    column.not_null |= found->second.not_null;
    column.has_default |= found->second.has_default;
    if (type != column.type_oid) column.domains.push_back(found->second.name);
    // Only what is no domain has modifiers.
    column.full_type = found->second.base_name;
    type = found->second.base;
  }
  return type;
}

Oid ColumnTypes::element_base(Oid type, Column& column) const {
  for (auto found = types_.find(type); found != types_.end(); found = types_.find(type)) {
    column.elements.push_back(found->second.name);
    if (found->second.kind != 'd') break;
    type = found->second.base;
  }
  return type;
}

void ColumnTypes::classify(Column& column) const {
  column.type_kind = types_.at(column.type_oid).kind;
  column.full_type = column.type;
  Oid type = base(column.type_oid, column);
  const Type& last = types_.at(type);
  column.base_type = last.name;
  column.array = last.element != 0 && last.delimiter == ',';
  if (column.array) type = element_base(last.element, column);
  column.value_class = class_of(type);
}

}  // namespace pgcoffer::catalog
