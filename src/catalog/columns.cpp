#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "catalog/column_types.hpp"
#include "catalog/queries.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// pg_attver is the server's own mark (15.20 and its like), never to be set by anybody. Of types and collations only the
// oids: what they are called is asked once for each of them.
constexpr const char* columns_sql = R"sql(
  SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation, a.attnotnull, a.attislocal,
         a.attidentity, a.attgenerated, a.atthasdef, a.attstorage,
         nullif(a.attstattarget, -1) AS statistics_target,
         CASE WHEN a.attoptions IS NOT NULL THEN pg_catalog.array_to_string(
                ARRAY(SELECT o FROM pg_catalog.unnest(a.attoptions) o
                      WHERE NOT pg_catalog.starts_with(o, 'pg_attver=')), ', ') END AS options,
         CASE WHEN a.attfdwoptions IS NOT NULL THEN (
          SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' '
                                       || pg_catalog.quote_literal(o.option_value), E',\n    ' ORDER BY o.option_name)
          FROM pg_catalog.pg_options_to_table(a.attfdwoptions) o) END AS fdw_options,
         {compression} AS compression
  FROM {relations} AS wanted(oid)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = wanted.oid
  WHERE a.attnum > 0 AND NOT a.attisdropped)sql";

/// Its columns, in their order: there are too many rows to find them by name.
struct Is {
  enum : int {
    attrelid,
    attnum,
    attname,
    atttypid,
    atttypmod,
    attcollation,
    attnotnull,
    attislocal,
    attidentity,
    attgenerated,
    atthasdef,
    attstorage,
    statistics_target,
    options,
    fdw_options,
    compression
  };
};

// The same relations as read_relations() knows of, where nothing is selected; some more do no harm.
constexpr const char* all_relations_sql = R"sql((
    SELECT c.oid
    FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
      AND NOT pg_catalog.starts_with(n.nspname, 'pg_') AND n.nspname <> 'information_schema'))sql";

// Since 18 each NOT NULL is a constraint with a name; before, a mark of the column. The name must be said where a
// comment needs it, and where another constraint has it (of a table that was a child or partition once), which may be
// made first: the server would choose another one.
constexpr const char* not_null_sql = R"sql(
  SELECT k.conrelid, k.conkey[1] AS attnum, k.conname, k.convalidated, k.connoinherit, k.conislocal,
         d.objoid IS NOT NULL
           OR (k.conname, k.connamespace) IN (
             SELECT conname, connamespace FROM pg_catalog.pg_constraint
             WHERE coninhcount = 0 GROUP BY conname, connamespace HAVING pg_catalog.count(*) > 1) AS said
  FROM pg_catalog.pg_constraint k
    LEFT JOIN pg_catalog.pg_description d
      ON d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objoid = k.oid
  WHERE k.contype = 'n' AND k.conrelid <> 0)sql";

constexpr const char* comments_sql = R"sql(
  SELECT objoid, objsubid, description
  FROM pg_catalog.pg_description
  WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass)sql";

/// A column's NOT NULL constraint, by table and attnum.
using NotNulls = std::unordered_map<std::uint64_t, pg::Row>;

std::uint64_t column_key(Oid table, std::int64_t attnum) {
  return std::uint64_t{table} << 16U | static_cast<std::uint16_t>(attnum);
}

struct KeyedRow {
  std::uint64_t key;
  int row;

  [[nodiscard]] Oid table() const { return static_cast<Oid>(key >> 16U); }
  auto operator<=>(const KeyedRow&) const = default;
};

/// Rows of columns by table and attnum.
std::vector<KeyedRow> in_order(const pg::Result& rows) {
  std::vector<KeyedRow> keys;
  keys.reserve(static_cast<std::size_t>(rows.size()));
  for (int i = 0; i < rows.size(); ++i)
    keys.push_back({column_key(rows[i][Is::attrelid].as_oid(), rows[i][Is::attnum].as_int()), i});
  std::ranges::sort(keys);
  return keys;
}

void set_not_null(const Relation& relation, ColumnDetails& column, const pg::Row& row) {
  column.not_null_invalid = !row["convalidated"].as_bool();
  column.not_null = column.not_null && !column.not_null_invalid;
  column.not_null_local = row["conislocal"].as_bool();
  column.not_null_no_inherit = row["connoinherit"].as_bool();
  const auto name = row["conname"].view();
  if (row["said"].as_bool() || name != relation.name + "_" + column.name + "_not_null") column.not_null_name = name;
}

ColumnDetails details_of(const Builder& builder, const ColumnTypes& types, const pg::Row& row) {
  ColumnDetails column;
  column.attnum = static_cast<std::int16_t>(row[Is::attnum].as_int());
  column.name = row[Is::attname].str();
  column.type_oid = row[Is::atttypid].as_oid();
  column.type = types.name(column.type_oid, static_cast<std::int32_t>(row[Is::atttypmod].as_int()));
  column.collation = types.collation(column.type_oid, row[Is::attcollation].as_oid());
  column.local = row[Is::attislocal].as_bool();
  column.identity = row[Is::attidentity].as_char();
  column.generated = row[Is::attgenerated].as_char();
  column.compression = row[Is::compression].as_char();
  column.storage = row[Is::attstorage].as_char();
  column.usual_storage = types.storage(column.type_oid);
  if (const auto target = row[Is::statistics_target]; !target.is_null())
    column.statistics_target = static_cast<int>(target.as_int());
  column.options = row[Is::options].str();
  column.fdw_options = row[Is::fdw_options].str();
  column.not_null = row[Is::attnotnull].as_bool();
  column.not_null_local = column.not_null && builder.version < 180000;
  return column;
}

Column column_of(const ColumnDetails& details, const pg::Row& row) {
  Column column;
  column.attnum = details.attnum;
  column.name = details.name;
  column.type = details.type;
  column.type_oid = details.type_oid;
  column.collation = row[Is::attcollation].as_oid();
  column.identity = details.identity != '\0';
  column.generated = details.generated == 's'   ? Generated::stored
                     : details.generated == 'v' ? Generated::virtual_
                                                : Generated::no;
  column.not_null = row[Is::attnotnull].as_bool();
  column.has_default = column.identity || (row[Is::atthasdef].as_bool() && column.generated == Generated::no);
  return column;
}

std::string columns_query(const Builder& builder, std::string_view relations) {
  return fmt::format(columns_sql, fmt::arg("relations", relations),
                     fmt::arg("compression", since(builder.version, {{130000, "''"}, {140000, "a.attcompression"}})));
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

std::string not_null_query() {
  return not_null_sql;
}

std::string all_columns_query(const Builder& builder) {
  return columns_query(builder, all_relations_sql);
}

void read_columns(Builder& builder, const Relations& relations) {
  ByOid by_oid;
  std::vector<Oid> oids;
  for (const auto& relation : relations) {
    by_oid.emplace(relation->oid, relation.get());
    oids.push_back(relation->oid);
  }
  const auto rows = builder.query(builder.everything()
                                      ? all_columns_query(builder)
                                      : columns_query(builder, fmt::format("pg_catalog.unnest({})", oid_array(oids))));
  const ColumnTypes types(builder, rows);
  std::optional<pg::Result> constraints;
  NotNulls not_nulls;
  if (builder.version >= 180000) {
    constraints = builder.query(not_null_query());
    not_nulls.reserve(static_cast<std::size_t>(constraints->size()));
    for (const auto row : *constraints)
      not_nulls.emplace(column_key(row["conrelid"].as_oid(), row["attnum"].as_int()), row);
  }
  const std::vector<KeyedRow> sorted = in_order(rows);
  for (auto begin = sorted.begin(), end = begin; begin != sorted.end(); begin = end) {
    end = std::find_if(begin, sorted.end(), [&](const KeyedRow& one) { return one.table() != begin->table(); });
    const auto known = by_oid.find(begin->table());
    if (known == by_oid.end()) continue;
    Relation& relation = *known->second;
    Table& table = *builder.table(relation.oid);
    relation.columns.reserve(static_cast<std::size_t>(end - begin));
    table.columns.reserve(static_cast<std::size_t>(end - begin));
    for (auto one = begin; one != end; ++one) {
      const pg::Row row = rows[one->row];
      auto& details = relation.columns.emplace_back(details_of(builder, types, row));
      if (const auto found = not_nulls.find(one->key); found != not_nulls.end())
        set_not_null(relation, details, found->second);
      auto& column = table.columns.emplace_back(column_of(details, row));
      types.classify(column);
      column.deterministic = types.deterministic(column.collation);
    }
  }
  read_defaults(builder, relations, by_oid);
  read_comments(builder);
}

}  // namespace pgcoffer::catalog
