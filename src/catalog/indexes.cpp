#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// An index that is not valid is the rest of a CREATE INDEX CONCURRENTLY that failed, except on partitioned tables,
// where it waits for its partitions' indexes.
constexpr const char* indexes_sql = R"sql(
  WITH targets AS MATERIALIZED (
    SELECT a.attrelid, pg_catalog.array_agg(pg_catalog.format('%s=%s', a.attnum, a.attstattarget) ORDER BY a.attnum) AS list
    FROM pg_catalog.pg_attribute a
    WHERE a.attstattarget >= 0 AND a.attnum > 0
    GROUP BY a.attrelid
  )
  SELECT i.indexrelid, i.indrelid, i.indisclustered, i.indisreplident, i.indisunique, i.indisprimary,
         i.indpred IS NOT NULL AS partial,
         c.relname, space.spcname, c.reloptions, inh.inhparent,
         CASE WHEN k.oid IS NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid) END AS definition,
         k.oid AS constraint_oid, k.conname, k.contype, k.condeferrable, k.condeferred,
         CASE WHEN k.oid IS NOT NULL THEN pg_catalog.pg_get_constraintdef(k.oid) END AS constraint_definition,
         CASE WHEN i.indisunique THEN ARRAY(
               SELECT coalesce(a.attname, '')
               FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS key(attnum, position)
                 LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.attnum
               WHERE position <= i.indnkeyatts ORDER BY position) END AS columns,
         targets.list AS statistics
  FROM pg_catalog.unnest({}) AS wanted(oid)
    JOIN pg_catalog.pg_index i ON i.indrelid = wanted.oid
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
    LEFT JOIN pg_catalog.pg_tablespace space ON space.oid = c.reltablespace
    LEFT JOIN targets ON targets.attrelid = i.indexrelid
    LEFT JOIN pg_catalog.pg_inherits inh ON inh.inhrelid = i.indexrelid
    LEFT JOIN pg_catalog.pg_constraint k
      ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
  WHERE (i.indisvalid OR t.relkind = 'p') AND i.indisready
  ORDER BY i.indrelid, c.relname)sql";

constexpr const char* parent_names_sql = R"sql(
  SELECT DISTINCT c.oid, c.relnamespace, c.relname
  FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class c ON c.oid = i.inhparent
  WHERE c.relkind = 'I')sql";

// pg_get_constraintdef leaves out WITH (…), which belongs before DEFERRABLE.
std::string constraint_definition(const pg::Row& row) {
  std::string definition = row["constraint_definition"].str();
  const auto options = row["reloptions"].as_array();
  if (options.empty() || row["contype"].as_char() == 'x') return definition;
  std::string_view tail;
  if (row["condeferred"].as_bool())
    tail = " DEFERRABLE INITIALLY DEFERRED";
  else if (row["condeferrable"].as_bool())
    tail = " DEFERRABLE";
  definition.resize(definition.size() - tail.size());
  return fmt::format("{} WITH ({}){}", definition, option_list(options), tail);
}

std::string settings(const Entry& table, const std::string& qualified, const pg::Row& row) {
  const std::string name = quote_ident(row["relname"].view());
  std::string sql;
  if (row["indisclustered"].as_bool()) sql += fmt::format("ALTER TABLE {} CLUSTER ON {};\n", sql_name(table), name);
  for (const auto& target : row["statistics"].as_array()) {
    const auto equals = target.find('=');
    sql += fmt::format("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {};\n", qualified, target.substr(0, equals),
                       target.substr(equals + 1));
  }
  if (row["indisreplident"].as_bool())
    sql += fmt::format("ALTER TABLE ONLY {} REPLICA IDENTITY USING INDEX {};\n", sql_name(table), name);
  return sql;
}

Entry index_entry(const Entry& table, const pg::Row& row) {
  const std::string name = row["relname"].str();
  const std::string qualified = quote_ident(table.object.schema) + "." + quote_ident(name);
  const Address index{class_oid::relation, row["indexrelid"].as_oid(), 0};
  Entry entry;
  if (row["constraint_oid"].is_null()) {
    entry = entry_of_relation(table, "INDEX", index, name);
    entry.target = "INDEX " + qualified;
    entry.object.create_sql = row["definition"].str() + ";\n";
    entry.object.drop_sql = fmt::format("DROP INDEX {};\n", qualified);
  } else {
    const std::string constraint = row["conname"].str();
    const char* const foreign = table.object.kind == "FOREIGN TABLE" ? "FOREIGN " : "";
    entry = entry_of_relation(table, "CONSTRAINT", {class_oid::constraint, row["constraint_oid"].as_oid(), 0},
                              table.object.name + " " + constraint);
    entry.also.push_back(index);
    entry.target = fmt::format("CONSTRAINT {} ON {}", quote_ident(constraint), sql_name(table));
    entry.object.create_sql = fmt::format("ALTER {}TABLE ONLY {}\n    ADD CONSTRAINT {} {};\n", foreign,
                                          sql_name(table), quote_ident(constraint), constraint_definition(row));
    entry.object.drop_sql =
        fmt::format("ALTER {}TABLE ONLY {} DROP CONSTRAINT {};\n", foreign, sql_name(table), quote_ident(constraint));
  }
  entry.object.create_sql += settings(table, qualified, row);
  entry.object.section = Section::post_data;
  entry.object.tablespace = row["spcname"].str();
  return entry;
}

Entry attach_entry(const Entry& table, const std::string& parent, const pg::Row& row) {
  const Oid index = row["indexrelid"].as_oid();
  const std::string name = row["relname"].str();
  // Column 1 of the index stands for "is attached": foreign keys to the partitioned table must wait for that.
  Entry entry = entry_of_relation(table, "INDEX ATTACH", {class_oid::relation, index, 1}, name);
  entry.object.section = Section::post_data;
  entry.object.create_sql = fmt::format("ALTER INDEX {} ATTACH PARTITION {}.{};\n", parent,
                                        quote_ident(table.object.schema), quote_ident(name));
  entry.needs = {{class_oid::relation, index, 0}, {class_oid::relation, row["inhparent"].as_oid(), 0}};
  return entry;
}

/// An index that belongs to one of the partitioned table, the entry of that, and the next entry attaches it.
struct Attached {
  Oid parent;
  std::size_t index;
};

/// It is dropped with the one above, which, when only this one is a constraint, goes only with that.
void drop_with_parents(Builder& builder, const std::vector<Attached>& attached) {
  for (const Attached& each : attached) {
    const auto above = builder.relation_entry(each.parent);
    if (!above) {  // -t: the partition becomes a table of its own
      builder.entries[each.index + 1].wanted = false;
      continue;
    }
    Object& index = builder.entries[each.index].object;
    Object& parent = builder.entries[*above].object;
    index.drop_sql.clear();
    const bool cascaded = parent.drop_sql.empty() || parent.drop_sql.ends_with(" CASCADE;\n");
    if (index.kind == "CONSTRAINT" && parent.kind == "INDEX" && !cascaded)
      parent.drop_sql.insert(parent.drop_sql.size() - 2, " CASCADE");
  }
}

}  // namespace

void read_indexes(Builder& builder) {
  std::unordered_map<Oid, std::string> parents;
  std::vector<Attached> attached;
  for (const auto row : builder.connection.query(parent_names_sql))
    parents.emplace(row["oid"].as_oid(), builder.qualified(row["relnamespace"].as_oid(), row["relname"].view()));

  for (const auto row : builder.connection.query(fmt::format(indexes_sql, wanted_relations(builder)))) {
    Table& table = *builder.table(row["indrelid"].as_oid());
    if (row["indisunique"].as_bool())
      table.unique_keys.push_back(
          {row["relname"].str(), row["indisprimary"].as_bool(), row["columns"].as_array(), row["partial"].as_bool()});
    const std::size_t holder = *builder.relation_entry(table.oid);
    builder.add(index_entry(builder.entries[holder], row));
    if (const Oid parent = row["inhparent"].as_oid(); parent != 0) {
      attached.push_back({parent, builder.entries.size() - 1});
      builder.add(attach_entry(builder.entries[holder], parents.at(parent), row));
    }
  }
  drop_with_parents(builder, attached);
}

}  // namespace pgcoffer::catalog
