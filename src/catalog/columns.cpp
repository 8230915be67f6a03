#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// pg_attver is the server's own mark (15.20 and its like), never to be set by anybody.
constexpr const char* columns_sql = R"sql(
  SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attnotnull, a.attislocal, a.attidentity, a.attgenerated,
         a.atthasdef, a.attstorage, t.typstorage,
         nullif(a.attstattarget, -1) AS statistics_target,
         pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
         CASE WHEN a.attoptions IS NOT NULL THEN pg_catalog.array_to_string(
                ARRAY(SELECT o FROM pg_catalog.unnest(a.attoptions) o
                      WHERE NOT pg_catalog.starts_with(o, 'pg_attver=')), ', ') END AS options,
         CASE WHEN a.attfdwoptions IS NOT NULL THEN (
          SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' '
                                       || pg_catalog.quote_literal(o.option_value), E',\n    ' ORDER BY o.option_name)
          FROM pg_catalog.pg_options_to_table(a.attfdwoptions) o) END AS fdw_options,
         coll.collnamespace, coll.collname,
         {compression} AS compression,
         {not_null_name} AS not_null_name,
         {not_null_valid} AS not_null_valid,
         {not_null_no_inherit} AS not_null_no_inherit,
         {not_null_local} AS not_null_local,
         {not_null_said} AS not_null_said
  FROM pg_catalog.unnest({relations}) AS wanted(oid)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = wanted.oid
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_collation coll ON coll.oid = a.attcollation AND a.attcollation <> t.typcollation
    {not_null_join}
  WHERE a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum)sql";

// Since 18 each NOT NULL is a constraint with a name; before, a mark of the column.
constexpr const char* not_null_join = R"sql(LEFT JOIN pg_catalog.pg_constraint nn
      ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey = ARRAY[a.attnum])sql";
// The name must be said where a comment needs it, and where another constraint has it (of a table that was a child or
// partition once), which may be made first: the server would choose another one.
constexpr const char* not_null_said = R"sql((EXISTS (SELECT FROM pg_catalog.pg_description d
           WHERE d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objoid = nn.oid)
           OR (nn.conname, nn.connamespace) IN (
             SELECT conname, connamespace FROM pg_catalog.pg_constraint
             WHERE coninhcount = 0 GROUP BY conname, connamespace HAVING pg_catalog.count(*) > 1)))sql";

constexpr const char* defaults_sql = R"sql(
  WITH own AS MATERIALIZED (
    SELECT DISTINCT uses.objid, owned.refobjid AS owner
    FROM pg_catalog.pg_depend uses
      JOIN pg_catalog.pg_depend owned ON owned.classid = uses.refclassid AND owned.objid = uses.refobjid
      JOIN pg_catalog.pg_class sequence ON sequence.oid = owned.objid AND sequence.relkind = 'S'
    WHERE uses.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
      AND uses.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND owned.refclassid = uses.refclassid AND owned.deptype = 'a'
  )
  SELECT d.oid, d.adrelid, d.adnum,
         pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
         own.objid IS NOT NULL AS of_own_sequence
  FROM pg_catalog.unnest({}) AS wanted(oid)
    JOIN pg_catalog.pg_attrdef d ON d.adrelid = wanted.oid
    LEFT JOIN own ON own.objid = d.oid AND own.owner = d.adrelid
  ORDER BY d.adrelid, d.adnum)sql";

constexpr const char* types_sql = R"sql(
  SELECT t.oid, t.typtype, t.typbasetype, t.typnotnull, t.typdefault IS NOT NULL AS has_default, t.typarray, t.typdelim,
         pg_catalog.format_type(t.oid, NULL) AS name
  FROM pg_catalog.pg_type t
  WHERE t.typtype = 'd' OR t.typarray <> 0)sql";

constexpr const char* comments_sql = R"sql(
  SELECT objoid, objsubid, description
  FROM pg_catalog.pg_description
  WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass)sql";

/// Domains down to their base types, and arrays to their elements.
class TypeTable {
 public:
  explicit TypeTable(pg::Connection& connection) {
    for (const auto row : connection.query(types_sql)) {
      const Oid oid = row["oid"].as_oid();
      names_[oid] = {row["name"].str(), row["typtype"].as_char()};
      if (row["typtype"].as_char() == 'd')
        domains_[oid] = {row["typbasetype"].as_oid(), row["typnotnull"].as_bool(), row["has_default"].as_bool()};
      if (const Oid array = row["typarray"].as_oid(); array != 0) elements_[array] = {oid, row["typdelim"].as_char()};
    }
  }

  void classify(Column& column) const {
    Oid type = base(column.type_oid, &column);
    if (const auto own = names_.find(column.type_oid); own != names_.end()) column.type_kind = own->second.kind;
    column.base_type = name_of(type);
    if (const auto element = elements_.find(type); element != elements_.end()) {
      column.array = element->second.delimiter == ',';
      if (column.array) type = base(element->second.type, nullptr);
    }
    column.value_class = class_of(type);
  }

 private:
  struct Domain {
    Oid base;
    bool not_null, has_default;
  };
  struct Element {
    Oid type;
    char delimiter;
  };

  struct Named {
    std::string name;
    char kind;
  };

  // Arrays have no arrays of their own, so that the table of names lacks them.
  std::string name_of(Oid type) const {
    if (const auto found = names_.find(type); found != names_.end()) return found->second.name;
    const auto element = elements_.find(type);
    const auto found = element == elements_.end() ? names_.end() : names_.find(element->second.type);
    return found == names_.end() ? "" : found->second.name + "[]";
  }

  // The base type; what the domains on the way demand is told to the column.
  Oid base(Oid type, Column* column) const {
    for (auto found = domains_.find(type); found != domains_.end(); found = domains_.find(type)) {
      if (column != nullptr) {
        column->not_null |= found->second.not_null;
        column->has_default |= found->second.has_default;
      }
      type = found->second.base;
    }
    return type;
  }

  static ValueClass class_of(Oid type) {
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

  std::unordered_map<Oid, Domain> domains_;
  std::unordered_map<Oid, Element> elements_;
  std::unordered_map<Oid, Named> names_;
};

std::string query_for(const Builder& builder, const std::vector<Oid>& oids) {
  const bool named = builder.version >= 180000;
  return fmt::format(columns_sql, fmt::arg("relations", oid_array(oids)),
                     fmt::arg("compression", since(builder.version, {{130000, "''"}, {140000, "a.attcompression"}})),
                     fmt::arg("not_null_name", named ? "nn.conname" : "NULL"),
                     fmt::arg("not_null_valid", named ? "coalesce(nn.convalidated, true)" : "true"),
                     fmt::arg("not_null_no_inherit", named ? "nn.connoinherit" : "false"),
                     fmt::arg("not_null_local", named ? "nn.conislocal" : "a.attnotnull"),
                     fmt::arg("not_null_said", named ? not_null_said : "false"),
                     fmt::arg("not_null_join", named ? not_null_join : ""));
}

ColumnDetails details_of(const Builder& builder, const Relation& relation, const pg::Row& row) {
  ColumnDetails column;
  column.attnum = static_cast<std::int16_t>(row["attnum"].as_int());
  column.name = row["attname"].str();
  column.type = row["type"].str();
  column.type_oid = row["atttypid"].as_oid();
  if (!row["collname"].is_null())
    column.collation = builder.qualified(row["collnamespace"].as_oid(), row["collname"].view());
  column.local = row["attislocal"].as_bool();
  column.identity = row["attidentity"].as_char();
  column.generated = row["attgenerated"].as_char();
  column.compression = row["compression"].as_char();
  column.storage = row["attstorage"].as_char();
  column.usual_storage = row["typstorage"].as_char();
  if (!row["statistics_target"].is_null())
    column.statistics_target = static_cast<int>(row["statistics_target"].as_int());
  column.options = row["options"].str();
  column.fdw_options = row["fdw_options"].str();
  column.not_null_invalid = !row["not_null_valid"].as_bool();
  column.not_null = row["attnotnull"].as_bool() && !column.not_null_invalid;
  column.not_null_local = row["not_null_local"].as_bool();
  column.not_null_no_inherit = row["not_null_no_inherit"].as_bool();
  if (const auto& name = row["not_null_name"];
      !name.is_null() &&
      (row["not_null_said"].as_bool() || name.view() != relation.name + "_" + column.name + "_not_null"))
    column.not_null_name = name.str();
  return column;
}

Column column_of(const ColumnDetails& details, const pg::Row& row) {
  Column column;
  column.attnum = details.attnum;
  column.name = details.name;
  column.type = details.type;
  column.type_oid = details.type_oid;
  column.identity = details.identity != '\0';
  column.generated = details.generated == 's'   ? Generated::stored
                     : details.generated == 'v' ? Generated::virtual_
                                                : Generated::no;
  column.not_null = row["attnotnull"].as_bool();
  column.has_default = column.identity || (row["atthasdef"].as_bool() && column.generated == Generated::no);
  return column;
}

const ColumnDetails* column_named(const Relation& relation, const std::string& name) {
  const auto found = std::ranges::find(relation.columns, name, &ColumnDetails::name);
  return found == relation.columns.end() ? nullptr : &*found;
}

using ByOid = std::unordered_map<Oid, Relation*>;

// What parents bring need not be said again, and what they would bring but the child does not have must be undone.
void compare_with_parents(const Builder& builder, Relation& relation, const ByOid& by_oid) {
  for (auto& column : relation.columns) {
    bool from_parent = relation.partition;  // a partition is made whole and attached later
    bool parent_not_null = false, parent_default = false, same_generated = false, other_generated = false;
    for (const Oid oid : relation.parents) {
      const ColumnDetails* const above = column_named(*by_oid.at(oid), column.name);
      if (above == nullptr) continue;
      if (!std::exchange(from_parent, true)) {
        column.usual_storage = above->storage;
        column.usual_compression = above->compression;
      }
      parent_not_null |= above->not_null;
      if (above->generated == '\0') {
        parent_default |= above->default_expression.has_value() && above->default_expression != "NULL";
      } else {
        (above->default_expression == column.default_expression ? same_generated : other_generated) = true;
      }
    }
    // 18 knows by itself what is local, except that a NOT NULL may be valid here and on no parent.
    if (builder.version < 180000 && parent_not_null) column.not_null_local = false;
    if (builder.version >= 180000 && !parent_not_null) column.not_null_local = true;
    if (parent_default && !column.default_expression) column.default_expression = "NULL";
    if (same_generated && !other_generated && !relation.partition) column.default_expression.reset();
  }
}

void add_default(Builder& builder, const Relation& relation, ColumnDetails& column, Oid attrdef, bool of_own_sequence) {
  const Entry& table = builder.entries[relation.entry];
  Entry entry = entry_of_relation(table, "DEFAULT", {class_oid::relation, relation.oid, column.attnum},
                                  relation.name + " " + column.name);
  if (attrdef != 0) entry.also.push_back({class_oid::attrdef, attrdef, 0});
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

void read_defaults(Builder& builder, const Relations& relations, const ByOid& by_oid) {
  struct Known {
    Oid oid;
    bool of_own_sequence;
  };
  std::map<std::pair<Oid, int>, Known> known;
  std::vector<Oid> wanted;
  for (const auto& relation : relations)
    if (relation->wanted) wanted.push_back(relation->oid);
  for (const auto row : builder.connection.query(fmt::format(defaults_sql, oid_array(wanted)))) {
    Relation& relation = *by_oid.at(row["adrelid"].as_oid());
    const int attnum = static_cast<int>(row["adnum"].as_int());
    for (auto& column : relation.columns)
      if (column.attnum == attnum) column.default_expression = row["expression"].str();
    known[{relation.oid, attnum}] = {row["oid"].as_oid(), row["of_own_sequence"].as_bool()};
  }
  for (const auto& relation : relations)
    if (relation->wanted && !relation->parents.empty()) compare_with_parents(builder, *relation, by_oid);
  for (const auto& relation : relations) {
    if (!relation->wanted) continue;
    for (auto& column : relation->columns) {
      if (!column.default_expression) continue;
      const auto found = known.find({relation->oid, column.attnum});
      const Known facts = found == known.end() ? Known{0, false} : found->second;
      add_default(builder, *relation, column, facts.oid, facts.of_own_sequence);
    }
  }
}

void read_comments(Builder& builder) {
  for (const auto row : builder.connection.query(comments_sql)) {
    Table* const table = builder.table(row["objoid"].as_oid());
    if (table == nullptr) continue;
    const auto attnum = row["objsubid"].as_int();
    if (attnum == 0) table->comment = row["description"].str();
    for (auto& column : table->columns)
      if (column.attnum == attnum) column.comment = row["description"].str();
  }
}

}  // namespace

void read_columns(Builder& builder, const Relations& relations) {
  const TypeTable types(builder.connection);
  ByOid by_oid;
  std::vector<Oid> oids;
  for (const auto& relation : relations) {
    by_oid.emplace(relation->oid, relation.get());
    oids.push_back(relation->oid);
  }
  for (const auto row : builder.connection.query(query_for(builder, oids))) {
    Relation& relation = *by_oid.at(row["attrelid"].as_oid());
    const auto& details = relation.columns.emplace_back(details_of(builder, relation, row));
    auto& column = builder.table(relation.oid)->columns.emplace_back(column_of(details, row));
    types.classify(column);
  }
  read_defaults(builder, relations, by_oid);
  read_comments(builder);
}

}  // namespace pgcoffer::catalog
