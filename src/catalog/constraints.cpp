#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "catalog/definitions.hpp"
#include "catalog/queries.hpp"
#include "catalog/races.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::size_t check_pieces = 6;       // fine enough that both sessions end together
constexpr std::size_t tables_in_piece = 500;  // of the same columns: a session opens one of them for all

// The server opens a table, which costs more than all else here, only to call columns by their names: those of another
// table whose columns have the same numbers and names do as well, except where the row as a whole (column 0) is meant.
// A NOT VALID constraint must come after the rows, which may break it; so must NOT NULL … NOT VALID of 18.
constexpr const char* checks_sql = R"sql(
  SELECT k.oid, k.conrelid, k.conname, k.contype, k.convalidated, k.conislocal,
         CASE WHEN NOT k.convalidated OR 0 = ANY (k.conkey) THEN pg_catalog.pg_get_constraintdef(k.oid)
              ELSE 'CHECK (' || pg_catalog.pg_get_expr(k.conbin, wanted.sample) || ')'
                   || CASE WHEN k.connoinherit THEN ' NO INHERIT' ELSE '' END END AS definition
  FROM ROWS FROM (pg_catalog.unnest({}), pg_catalog.unnest({})) AS wanted(oid, sample)
    JOIN pg_catalog.pg_constraint k ON k.conrelid = wanted.oid
  WHERE k.contype = 'c' OR (k.contype = 'n' AND NOT k.convalidated)
  ORDER BY k.conrelid, k.conname)sql";

// A partition's own copies of foreign keys of the partitioned table come with it.
constexpr const char* foreign_keys_sql = R"sql(
  SELECT k.oid, k.conrelid, k.conname, k.confrelid, k.conparentid, k.condeferrable, k.conindid,
         parent.conrelid IS DISTINCT FROM k.conrelid AS of_this_table,
         k.conkey, k.confkey, k.confmatchtype, k.confupdtype, k.confdeltype, k.condeferred, k.convalidated,
         {delete_columns} AS delete_columns,
         {enforced} AS enforced,
         {period} AS period
  FROM pg_catalog.unnest({relations}) AS wanted(oid)
    JOIN pg_catalog.pg_constraint k ON k.conrelid = wanted.oid
    LEFT JOIN pg_catalog.pg_constraint parent ON parent.oid = k.conparentid
  WHERE k.contype = 'f'
  ORDER BY k.conrelid, k.conname)sql";

// Referencing a partitioned table needs the indexes of all its partitions to be attached first.
constexpr const char* attached_indexes_sql = R"sql(
  SELECT i.inhparent, i.inhrelid
  FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
  WHERE c.relkind IN ('i', 'I'))sql";

Entry constraint_entry(const Entry& table, const pg::Row& row, std::string kind) {
  const std::string name = row["conname"].str();
  Entry entry = entry_of_relation(table, std::move(kind), {class_oid::constraint, row["oid"].as_oid(), 0},
                                  table.object.name + " " + name);
  entry.target = fmt::format("CONSTRAINT {} ON {}", quote_ident(name), sql_name(table));
  return entry;
}

std::string add_constraint_sql(const Entry& table, bool only, const pg::Row& row, std::string_view definition) {
  return fmt::format("ALTER {}TABLE {}{} ADD CONSTRAINT {} {};\n",
                     table.object.kind == "FOREIGN TABLE" ? "FOREIGN " : "", only ? "ONLY " : "", sql_name(table),
                     quote_ident(row["conname"].view()), definition);
}

std::string drop_constraint_sql(const Entry& table, bool only, const pg::Row& row) {
  return fmt::format("ALTER {}TABLE {}{} DROP CONSTRAINT {};\n", table.object.kind == "FOREIGN TABLE" ? "FOREIGN " : "",
                     only ? "ONLY " : "", sql_name(table), quote_ident(row["conname"].view()));
}

void add_indexes_below(const std::unordered_multimap<Oid, Oid>& children, Oid index, std::vector<Address>& needs) {
  for (auto [at, end] = children.equal_range(index); at != end; ++at) {
    needs.push_back({class_oid::relation, at->second, 1});  // sub 1: its INDEX ATTACH, see indexes.cpp
    add_indexes_below(children, at->second, needs);
  }
}

/// The foreign keys of an extension's configuration tables are the extension's, but rows must be loaded in their order.
std::string relations_with_rows_or_definition(const Builder& builder) {
  std::vector<Oid> oids;
  for (const Table& table : builder.catalog.tables)
    if (table.selected || table.rows_selected) oids.push_back(table.oid);
  return oid_array(oids);
}

Definitions definitions(Builder& builder, const pg::Result& rows) {
  Definitions found;
  std::vector<Oid> others;
  for (const auto row : rows) {
    const Table* const referenced = builder.table(row["confrelid"].as_oid());
    auto plain = referenced == nullptr
                     ? std::nullopt
                     : plain_foreign_key_definition(*builder.table(row["conrelid"].as_oid()), *referenced, row);
    if (plain)
      found.add(row["oid"].as_oid(), std::move(*plain));
    else
      others.push_back(row["oid"].as_oid());
  }
  found.ask(builder, "pg_get_constraintdef", others);
  return found;
}

/// Names of the columns in an int2[]; of a table that we do not know there are none.
std::vector<std::string> column_names(const Table* table, const pg::Field& attnums) {
  return table == nullptr ? std::vector<std::string>() : column_names(*table, numbers(attnums.view()));
}

/// Columns by number, as an expression refers to them.
std::string column_names(const Relation& relation) {
  std::string names;
  for (const ColumnDetails& column : relation.columns) names += fmt::format("{} {}\n", column.attnum, column.name);
  return names;
}

/// In pieces, which two sessions share; tables with the same columns are in the same one, unless they are many.
std::vector<std::string> check_queries(const Relations& relations) {
  std::unordered_map<std::string, Oid> samples;
  struct Filling {
    std::size_t piece = 0, tables = tables_in_piece;
  };
  std::unordered_map<Oid, Filling> filling;  ///< by sample
  std::size_t next = 0;
  std::array<std::vector<Oid>, check_pieces> tables, sample_of;
  for (const auto& relation : relations) {
    if (!relation->wanted) continue;
    const Oid sample = samples.try_emplace(column_names(*relation), relation->oid).first->second;
    Filling& to = filling[sample];
    if (to.tables++ >= tables_in_piece) to = {.piece = next++ % check_pieces, .tables = 1};
    tables.at(to.piece).push_back(relation->oid);
    sample_of.at(to.piece).push_back(sample);
  }
  std::vector<std::string> queries;
  for (std::size_t i = 0; i < check_pieces; ++i)
    if (!tables.at(i).empty())
      queries.push_back(fmt::format(checks_sql, oid_array(tables.at(i)), oid_array(sample_of.at(i))));
  return queries;
}

void add_check(Builder& builder, Relation& relation, const pg::Row& row) {
  const Entry& table = builder.entries[relation.entry];
  const bool separate = !row["convalidated"].as_bool();
  // An inherited one comes with the parent's; but a partition needs a valid one before it is attached.
  if (!row["conislocal"].as_bool() && (separate || !relation.partition)) return;
  Entry entry = constraint_entry(table, row, "CHECK CONSTRAINT");
  if (row["contype"].as_char() == 'n') entry.object.kind = "CONSTRAINT";
  entry.object.section = Section::post_data;
  entry.object.drop_sql = drop_constraint_sql(table, false, row);
  const std::string_view definition = catalog::definition(row["definition"], "CONSTRAINT", row["conname"].view());
  const std::string apart = add_constraint_sql(table, false, row, definition);
  if (separate) {
    entry.object.create_sql = apart;
    entry.after = {relation.entry};
  } else {
    entry.object.create_sql = fmt::format("CONSTRAINT {} {}", quote_ident(row["conname"].view()), definition);
    entry.render = [apart](const Builder&) { return apart; };
    entry.inside = relation.entry;
    relation.checks.push_back(builder.entries.size());
  }
  builder.add(std::move(entry));
}

}  // namespace

void read_check_constraints(Builder& builder, const Relations& relations) {
  std::unordered_map<Oid, Relation*> by_oid;
  for (const auto& relation : relations) by_oid.emplace(relation->oid, relation.get());
  std::vector<std::string> queries = check_queries(relations);
  builder.ahead.ask(queries);
  // The second connection begins with the first of them, when it is done with what it was asked before; we with the
  // last.
  std::ranges::reverse(queries);
  for (const std::string& query : queries)
    for (const auto row : builder.query(query)) add_check(builder, *by_oid.at(row["conrelid"].as_oid()), row);
}

std::string foreign_keys_query(const Builder& builder) {
  return fmt::format(foreign_keys_sql, fmt::arg("relations", relations_with_rows_or_definition(builder)),
                     fmt::arg("delete_columns", since(builder.version, {{0, "NULL"}, {150000, "k.confdelsetcols"}})),
                     fmt::arg("enforced", since(builder.version, {{0, "true"}, {180000, "k.conenforced"}})),
                     fmt::arg("period", since(builder.version, {{0, "false"}, {180000, "k.conperiod"}})));
}

void read_constraints(Builder& builder) {
  std::unordered_multimap<Oid, Oid> index_children;
  for (const auto row : builder.connection.query(attached_indexes_sql))
    index_children.emplace(row["inhparent"].as_oid(), row["inhrelid"].as_oid());
  const auto rows = builder.query(foreign_keys_query(builder));
  const Definitions found = definitions(builder, rows);
  for (const auto row : rows) {
    Table& table = *builder.table(row["conrelid"].as_oid());
    ForeignKey key;
    key.name = row["conname"].str();
    key.table = table.oid;
    key.referenced = row["confrelid"].as_oid();
    key.columns = column_names(&table, row["conkey"]);
    key.referenced_columns = column_names(builder.table(key.referenced), row["confkey"]);
    key.deferrable = row["condeferrable"].as_bool();
    key.enforced = row["enforced"].as_bool();
    key.period = row["period"].as_bool();
    // Rows copied into a partition must find their references, too; so those keys count, but are not entries. What a
    // key to a partitioned table has for each partition there is neither.
    const bool own = row["conparentid"].as_oid() == 0;
    if (row["of_this_table"].as_bool()) table.foreign_keys.push_back(std::move(key));
    if (!own || !table.selected) continue;

    const std::size_t of_table = *builder.relation_entry(table.oid);
    const Entry& holder = builder.entries[of_table];
    Entry entry = constraint_entry(holder, row, "FK CONSTRAINT");
    entry.after = {of_table};
    entry.object.section = Section::post_data;
    // A partitioned table cannot take it with ONLY: its partitions get theirs at the same time.
    entry.object.create_sql = add_constraint_sql(holder, table.relkind != 'p', row,
                                                 found.at(row["oid"].as_oid(), "CONSTRAINT", row["conname"].view()));
    entry.object.drop_sql = drop_constraint_sql(holder, table.relkind != 'p', row);
    add_indexes_below(index_children, row["conindid"].as_oid(), entry.needs);
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
