#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// Only generated columns have expressions that name columns; for the others the server need not open the table.
constexpr const char* defaults_sql = R"sql(
  SELECT d.oid, d.adrelid, d.adnum,
         pg_catalog.pg_get_expr(d.adbin, CASE WHEN d.adrelid = ANY ({with_generated}) THEN d.adrelid ELSE 0 END)
           AS expression
  FROM pg_catalog.unnest({relations}) AS wanted(oid)
    JOIN pg_catalog.pg_attrdef d ON d.adrelid = wanted.oid)sql";

// What generated columns read is told of the column by a server up to 14, of the expression by later ones. Surely null
// where something that it reads is null: an expression made only of strict functions and what passes a null on.
constexpr const char* computed_sql = R"sql(
  SELECT d.adrelid, d.adnum, n.refobjsubid,
         NOT EXISTS (
           SELECT FROM pg_catalog.regexp_matches(d.adbin::pg_catalog.text, '[{{]([A-Z]+)', 'g') AS node(name)
           WHERE node.name[1] NOT IN ('VAR', 'CONST', 'OPEXPR', 'FUNCEXPR', 'RELABELTYPE', 'COERCEVIAIO',
                                      'COERCETODOMAIN', 'COLLATE', 'COLLATEEXPR'))
         AND NOT EXISTS (
           SELECT FROM pg_catalog.regexp_matches(d.adbin::pg_catalog.text, ':(?:op)?funcid ([0-9]+)', 'g') AS call(id)
             LEFT JOIN pg_catalog.pg_proc p ON p.oid = call.id[1]::pg_catalog.oid
           WHERE p.proisstrict IS NOT TRUE) AS null_of_null
  FROM pg_catalog.unnest({with_generated}) AS wanted(oid)
    JOIN pg_catalog.pg_attrdef d ON d.adrelid = wanted.oid
    JOIN pg_catalog.pg_depend n ON n.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                   AND n.refobjid = d.adrelid AND n.refobjsubid <> d.adnum
  WHERE (n.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND n.objid = d.oid)
        OR (n.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND n.objid = d.adrelid
            AND n.objsubid = d.adnum))sql";

const ColumnDetails* column_named(const Relation& relation, const std::string& name) {
  const auto found = std::ranges::find(relation.columns, name, &ColumnDetails::name);
  return found == relation.columns.end() ? nullptr : &*found;
}

/// Of a parent, or of one that it gets its columns from: it may lose it again only when the child has been made.
bool default_above(const Relation& relation, const std::string& column, const ByOid& by_oid) {
  return std::ranges::any_of(relation.parents, [&](Oid oid) {
    const Relation& parent = *by_oid.at(oid);
    const ColumnDetails* const above = column_named(parent, column);
    if (above == nullptr || above->generated != '\0') return false;
    const bool given = above->default_expression.has_value() && above->default_expression != "NULL";
    return given || default_above(parent, column, by_oid);
  });
}

// What parents bring need not be said again, and what they would bring but the child does not have must be undone.
void compare_with_parents(const Builder& builder, Relation& relation, const ByOid& by_oid) {
  for (auto& column : relation.columns) {
    bool from_parent = relation.partition;  // a partition is made whole and attached later
    bool parent_not_null = false, same_generated = false, other_generated = false;
    for (const Oid oid : relation.parents) {
      const ColumnDetails* const above = column_named(*by_oid.at(oid), column.name);
      if (above == nullptr) continue;
      if (!std::exchange(from_parent, true)) {
        column.usual_storage = above->storage;
        column.usual_compression = above->compression;
      }
      parent_not_null |= above->not_null;
      if (above->generated != '\0')
        (above->default_expression == column.default_expression ? same_generated : other_generated) = true;
    }
    // 18 knows by itself what is local, except that a NOT NULL may be valid here and on no parent.
    if (builder.version < 180000 && parent_not_null) column.not_null_local = false;
    if (builder.version >= 180000 && !parent_not_null) column.not_null_local = true;
    if (!column.default_expression && default_above(relation, column.name, by_oid)) column.default_expression = "NULL";
    if (same_generated && !other_generated && !relation.partition) column.default_expression.reset();
  }
}

void add_default(Builder& builder, const Relation& relation, ColumnDetails& column, bool of_own_sequence) {
  const Entry& table = builder.entries[relation.entry];
  Entry entry = entry_of_relation(table, "DEFAULT", {class_oid::relation, relation.oid, column.attnum},
                                  relation.name + " " + column.name);
  if (column.default_oid != 0) entry.also.push_back({class_oid::attrdef, column.default_oid, 0});
  const std::string alter = fmt::format("{} ALTER COLUMN {} ", relation.alter_only(), quote_ident(column.name));
  entry.object.create_sql = fmt::format("{}SET DEFAULT {};\n", alter, *column.default_expression);
  entry.object.drop_sql =
      fmt::format("ALTER {}TABLE {} ALTER COLUMN {} DROP DEFAULT;\n", relation.relkind == 'f' ? "FOREIGN " : "",
                  relation.qualified, quote_ident(column.name));
  const bool inside = relation.relkind != 'v' && relation.declares(column) && !of_own_sequence;
  if (inside || column.generated != '\0')
    entry.inside = relation.entry;
  else
    entry.after = {relation.entry};
  column.default_entry = builder.entries.size();
  builder.add(std::move(entry));
}

/// Whether an expression, as pg_get_expr() writes it, is a literal, perhaps with casts: 'new'::text, 0, true.
bool is_literal(std::string_view expression) {
  if (expression == "true" || expression == "false") return true;
  if (!expression.starts_with('\''))
    return !expression.empty() && expression.find_first_not_of("()-.0123456789") == std::string_view::npos;
  std::size_t end = 1;
  while (end < expression.size() && (expression[end] != '\'' || expression.substr(end, 2) == "''"))
    end += expression[end] == '\'' ? std::size_t{2} : 1;
  const std::string_view casts = expression.substr(std::min(end + 1, expression.size()));
  return casts.empty() || (casts.starts_with("::") && casts.find_first_of("'|+*/<>=") == std::string_view::npos);
}

void add_source(const Table& table, Column& column, std::int16_t source) {
  if (source != 0) {
    column.computed_from.push_back(source);
    return;
  }
  // The row as a whole.
  for (const auto& other : table.columns)
    if (other.generated == Generated::no) column.computed_from.push_back(other.attnum);
}

void read_computed(Builder& builder, const std::vector<Oid>& with_generated) {
  if (with_generated.empty()) return;
  for (const auto row :
       builder.connection.query(fmt::format(computed_sql, fmt::arg("with_generated", oid_array(with_generated))))) {
    Table& table = *builder.table(row["adrelid"].as_oid());
    const auto column = std::ranges::find(table.columns, row["adnum"].as_int(), &Column::attnum);
    if (column == table.columns.end() || column->generated == Generated::no) continue;
    add_source(table, *column, static_cast<std::int16_t>(row["refobjsubid"].as_int()));
    column->null_of_null = row["null_of_null"].as_bool();
  }
}

/// Tables by the oid of the default.
using Tables = std::unordered_map<Oid, Oid>;

bool has_generated(const Relation& relation) {
  return std::ranges::any_of(relation.columns, [](const ColumnDetails& column) { return column.generated != '\0'; });
}

/// What a table inherits from, at any distance, that is not dumped itself: its defaults say what must be undone. Tables
/// with generated columns are left out, since nobody has locked them for the server to open.
void add_unwanted_parents(const Relation& relation, const ByOid& by_oid, std::unordered_set<Oid>& to) {
  for (const Oid oid : relation.parents) {
    const Relation& parent = *by_oid.at(oid);
    if (!parent.wanted && !has_generated(parent)) to.insert(oid);
    add_unwanted_parents(parent, by_oid, to);
  }
}

Tables read_expressions(Builder& builder, const Relations& relations, const ByOid& by_oid) {
  std::vector<Oid> wanted, with_generated;
  std::unordered_set<Oid> parents;
  for (const auto& relation : relations) {
    if (!relation->wanted) continue;
    wanted.push_back(relation->oid);
    if (has_generated(*relation)) with_generated.push_back(relation->oid);
    add_unwanted_parents(*relation, by_oid, parents);
  }
  wanted.insert(wanted.end(), parents.begin(), parents.end());
  Tables found;
  for (const auto row : builder.connection.query(fmt::format(defaults_sql, fmt::arg("relations", oid_array(wanted)),
                                                             fmt::arg("with_generated", oid_array(with_generated))))) {
    Relation& relation = *by_oid.at(row["adrelid"].as_oid());
    const auto column = std::ranges::find(relation.columns, row["adnum"].as_int(), &ColumnDetails::attnum);
    if (column == relation.columns.end()) continue;
    column->default_expression = row["expression"].str();
    column->default_oid = row["oid"].as_oid();
    const auto told = std::ranges::find(builder.table(relation.oid)->columns, column->attnum, &Column::attnum);
    told->constant_default = told->has_default && is_literal(*column->default_expression);
    found.emplace(column->default_oid, relation.oid);
  }
  read_computed(builder, with_generated);
  return found;
}

// Defaults that take values from a sequence that is owned by a column of the same table.
std::unordered_set<Oid> of_own_sequences(Builder& builder, const Tables& table_of) {
  std::unordered_multimap<Oid, Oid> users;  // what a default needs, other than its own table
  for (const Dependency& each : builder.dependencies()) {
    if (each.class_oid != class_oid::attrdef || each.needed_class != class_oid::relation) continue;
    const auto found = table_of.find(each.oid);
    if (found != table_of.end() && found->second != each.needed_oid) users.emplace(each.needed_oid, each.oid);
  }
  std::unordered_set<Oid> own;
  for (const Dependency& each : builder.dependencies()) {
    if (each.kind != 'a' || each.class_oid != class_oid::relation || each.needed_class != class_oid::relation) continue;
    for (auto [at, end] = users.equal_range(each.oid); at != end; ++at)
      if (table_of.at(at->second) == each.needed_oid) own.insert(at->second);
  }
  return own;
}

}  // namespace

void read_defaults(Builder& builder, const Relations& relations, const ByOid& by_oid) {
  const auto own = of_own_sequences(builder, read_expressions(builder, relations, by_oid));
  for (const auto& relation : relations)
    if (relation->wanted && !relation->parents.empty()) compare_with_parents(builder, *relation, by_oid);
  for (const auto& relation : relations) {
    if (!relation->wanted) continue;
    for (auto& column : relation->columns)
      if (column.default_expression) add_default(builder, *relation, column, own.contains(column.default_oid));
  }
}

}  // namespace pgcoffer::catalog
