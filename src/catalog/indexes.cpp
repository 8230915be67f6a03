#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "catalog/definitions.hpp"
#include "catalog/queries.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// An index that is not valid is the rest of a CREATE INDEX CONCURRENTLY that failed, except on partitioned tables,
// where it waits for its partitions' indexes.
constexpr const char* indexes_sql = R"sql(
  SELECT i.indexrelid, i.indrelid, i.indisclustered, i.indisreplident, i.indisunique, i.indisprimary,
         i.indpred IS NOT NULL AS partial, i.indexprs IS NOT NULL AS expressions,
         i.indnkeyatts, i.indkey, i.indclass, i.indcollation, i.indoption,
         {nulls_not_distinct} AS nulls_not_distinct,
         c.relname, c.relkind, am.amname, space.spcname, c.reloptions, inh.inhparent,
         k.oid AS constraint_oid, k.conname, k.contype, k.condeferrable, k.condeferred,
         {period} AS period
  FROM pg_catalog.unnest({relations}) AS wanted(oid)
    JOIN pg_catalog.pg_index i ON i.indrelid = wanted.oid
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am am ON am.oid = c.relam
    LEFT JOIN pg_catalog.pg_tablespace space ON space.oid = c.reltablespace
    LEFT JOIN pg_catalog.pg_inherits inh ON inh.inhrelid = i.indexrelid
    LEFT JOIN pg_catalog.pg_constraint k
      ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
  WHERE (i.indisvalid OR c.relkind = 'I') AND i.indisready)sql";

constexpr const char* parent_names_sql = R"sql(
  SELECT DISTINCT c.oid, c.relnamespace, c.relname
  FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class c ON c.oid = i.inhparent
  WHERE c.relkind = 'I')sql";

// pg_get_constraintdef leaves out WITH (…), which belongs before DEFERRABLE.
std::string constraint_definition(std::string sql, const pg::Row& row) {
  const auto options = row["reloptions"].as_array();
  if (options.empty() || row["contype"].as_char() == 'x') return sql;
  std::string_view tail;
  if (row["condeferred"].as_bool())
    tail = " DEFERRABLE INITIALLY DEFERRED";
  else if (row["condeferrable"].as_bool())
    tail = " DEFERRABLE";
  sql.resize(sql.size() - tail.size());
  return fmt::format("{} WITH ({}){}", sql, option_list(options), tail);
}

/// What columns of indexes have beside those of the table: statistics targets of expressions, options of operator
/// classes.
class ColumnSettings {
 public:
  explicit ColumnSettings(Builder& builder) {
    for (const auto row : builder.few_columns()) {
      const Oid relation = row["attrelid"].as_oid();
      if (row["options"].as_bool()) with_options_.insert(relation);
      if (const auto target = row["target"]; !target.is_null())
        targets_.emplace(relation,
                         fmt::format("ALTER COLUMN {} SET STATISTICS {}", row["attnum"].view(), target.view()));
    }
  }
  [[nodiscard]] bool has_options(Oid index) const { return with_options_.contains(index); }
  [[nodiscard]] std::string targets(Oid index, const std::string& qualified) const {
    std::string sql;
    for (auto [at, end] = targets_.equal_range(index); at != end; ++at)
      sql += fmt::format("ALTER INDEX {} {};\n", qualified, at->second);
    return sql;
  }

 private:
  std::unordered_set<Oid> with_options_;
  std::multimap<Oid, std::string> targets_;  ///< actions, in the order of the columns
};

std::string settings(const Entry& table, const std::string& qualified, const pg::Row& row,
                     const ColumnSettings& columns) {
  const std::string name = quote_ident(row["relname"].view());
  std::string sql;
  if (row["indisclustered"].as_bool()) sql += fmt::format("ALTER TABLE {} CLUSTER ON {};\n", sql_name(table), name);
  sql += columns.targets(row["indexrelid"].as_oid(), qualified);
  if (row["indisreplident"].as_bool())
    sql += fmt::format("ALTER TABLE ONLY {} REPLICA IDENTITY USING INDEX {};\n", sql_name(table), name);
  return sql;
}

Entry index_entry(const Entry& table, const std::string& definition, const pg::Row& row,
                  const ColumnSettings& columns) {
  const std::string name = row["relname"].str();
  const std::string qualified = quote_ident(table.object.schema) + "." + quote_ident(name);
  const Address index{class_oid::relation, row["indexrelid"].as_oid(), 0};
  Entry entry;
  if (row["constraint_oid"].is_null()) {
    entry = entry_of_relation(table, "INDEX", index, name);
    entry.target = "INDEX " + qualified;
    entry.object.create_sql = definition + ";\n";
    entry.object.drop_sql = fmt::format("DROP INDEX {};\n", qualified);
  } else {
    const std::string constraint = row["conname"].str();
    const char* const foreign = table.object.kind == "FOREIGN TABLE" ? "FOREIGN " : "";
    entry = entry_of_relation(table, "CONSTRAINT", {class_oid::constraint, row["constraint_oid"].as_oid(), 0},
                              table.object.name + " " + constraint);
    entry.also.push_back(index);
    entry.target = fmt::format("CONSTRAINT {} ON {}", quote_ident(constraint), sql_name(table));
    entry.object.create_sql =
        fmt::format("ALTER {}TABLE ONLY {}\n    ADD CONSTRAINT {} {};\n", foreign, sql_name(table),
                    quote_ident(constraint), constraint_definition(definition, row));
    entry.object.drop_sql =
        fmt::format("ALTER {}TABLE ONLY {} DROP CONSTRAINT {};\n", foreign, sql_name(table), quote_ident(constraint));
  }
  entry.object.create_sql += settings(table, qualified, row, columns);
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

/// Rows of indexes by table and name.
std::vector<pg::Row> in_order(const pg::Result& rows) {
  std::vector<std::tuple<Oid, std::string_view, int>> keys;
  for (int i = 0; i < rows.size(); ++i) keys.emplace_back(rows[i]["indrelid"].as_oid(), rows[i]["relname"].view(), i);
  std::ranges::sort(keys);
  std::vector<pg::Row> sorted;
  for (const auto& key : keys) sorted.push_back(rows[std::get<int>(key)]);
  return sorted;
}

Definitions definitions(Builder& builder, const std::vector<pg::Row>& rows, const ColumnSettings& columns) {
  const DefaultOperatorClasses classes(builder);
  Definitions found;
  std::vector<Oid> indexes, constraints;
  for (const pg::Row& row : rows) {
    const Table& table = *builder.table(row["indrelid"].as_oid());
    const Oid constraint = row["constraint_oid"].as_oid();
    const Oid oid = constraint == 0 ? row["indexrelid"].as_oid() : constraint;
    auto plain = constraint != 0            ? plain_key_definition(table, row)
                 : columns.has_options(oid) ? std::nullopt
                                            : plain_index_definition(table, row, classes);
    if (plain)
      found.add(oid, std::move(*plain));
    else
      (constraint == 0 ? indexes : constraints).push_back(oid);
  }
  found.ask(builder, "pg_get_indexdef", indexes);
  found.ask(builder, "pg_get_constraintdef", constraints);
  return found;
}

const std::string& definition_of(const Definitions& definitions, const pg::Row& row) {
  if (const Oid constraint = row["constraint_oid"].as_oid(); constraint != 0)
    return definitions.at(constraint, "CONSTRAINT", row["conname"].view());
  return definitions.at(row["indexrelid"].as_oid(), "INDEX", row["relname"].view());
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

std::string indexes_query(const Builder& builder) {
  return fmt::format(
      indexes_sql, fmt::arg("relations", wanted_relations(builder)),
      fmt::arg("nulls_not_distinct", since(builder.version, {{0, "false"}, {150000, "i.indnullsnotdistinct"}})),
      fmt::arg("period", since(builder.version, {{0, "false"}, {180000, "coalesce(k.conperiod, false)"}})));
}

void read_indexes(Builder& builder) {
  std::unordered_map<Oid, std::string> parents;
  std::vector<Attached> attached;
  for (const auto row : builder.connection.query(parent_names_sql))
    parents.emplace(row["oid"].as_oid(), builder.qualified(row["relnamespace"].as_oid(), row["relname"].view()));

  const auto all = builder.query(indexes_query(builder));
  const auto rows = in_order(all);
  const ColumnSettings columns(builder);
  const Definitions found = definitions(builder, rows, columns);
  for (const pg::Row& row : rows) {
    Table& table = *builder.table(row["indrelid"].as_oid());
    if (row["indisunique"].as_bool()) {
      auto key = numbers(row["indkey"].view());
      key.resize(static_cast<std::size_t>(row["indnkeyatts"].as_int()));
      table.unique_keys.push_back(
          {row["relname"].str(), row["indisprimary"].as_bool(), column_names(table, key), row["partial"].as_bool()});
    }
    const std::size_t holder = *builder.relation_entry(table.oid);
    Entry entry = index_entry(builder.entries[holder], definition_of(found, row), row, columns);
    entry.after = {holder};
    builder.add(std::move(entry));
    if (const Oid parent = row["inhparent"].as_oid(); parent != 0) {
      attached.push_back({parent, builder.entries.size() - 1});
      builder.add(attach_entry(builder.entries[holder], parents.at(parent), row));
    }
  }
  drop_with_parents(builder, attached);
}

}  // namespace pgcoffer::catalog
