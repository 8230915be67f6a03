#include "merge/aside.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "merge/staging.hpp"
#include "merge/statement.hpp"
#include "merge/surroundings.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

/// Columns of expressions and conditions stand in pg_depend only.
constexpr const char* kUniqueIndexes = R"sql(
  SELECT i.indrelid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, a.attname, a.attnotnull,
    CASE WHEN t.typtype = 'd' THEN b.typname ELSE t.typname END AS type, t.typcategory, a.atttypmod
  FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum > 0
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
  WHERE (i.indisunique OR i.indisexclusion) AND i.indislive AND i.indrelid IN ({})
    AND (a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
      OR EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid = i.indexrelid AND d.refclassid = d.classid AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum
        AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)))
  ORDER BY i.indrelid, i.indexrelid, a.attnum)sql";

struct IndexColumn {
  std::string name, type;
  bool not_null = false;
  char category = 'X';
  int length = 0;  ///< of varchar(length); 0: any
};

struct UniqueIndex {
  pg::Oid table = 0;
  std::string name;
  std::vector<IndexColumn> columns;
};

std::vector<UniqueIndex> read_indexes(pg::Connection& connection, const std::vector<const TargetTable*>& tables) {
  std::vector<std::string> oids;
  for (const TargetTable* table : tables) oids.push_back(std::to_string(table->oid));
  constexpr int header = 4;  // of a type modifier that is a length
  std::vector<UniqueIndex> indexes;
  for (const pg::Row row : connection.query(fmt::format(kUniqueIndexes, join(oids, ", ")))) {
    const std::string name = row["name"].str();
    if (indexes.empty() || indexes.back().name != name) indexes.push_back({row["indrelid"].as_oid(), name, {}});
    const auto modifier = static_cast<int>(row["atttypmod"].as_int());
    indexes.back().columns.push_back({row["attname"].str(), row["type"].str(), row["attnotnull"].as_bool(),
                                      row["typcategory"].as_char(), modifier > header ? modifier - header : 0});
  }
  return indexes;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// Values that no row has, as SQL over `t` (the row) and `f.number` (of the row, from 1); likely ones first.
std::vector<std::string> free_values(const TargetTable& table, const IndexColumn& column) {
  const std::string name = quote_always(column.name);
  const auto bound = [&](const char* which, const char* aggregate) {
    return fmt::format("{0}((SELECT pg_catalog.{1}({2}) FROM ONLY {3}), (SELECT pg_catalog.{1}({2}) FROM {4}))", which,
                       aggregate, name, table.sql(), table.staging);
  };
  const auto beyond = [&](const std::string& step) {
    return std::vector{fmt::format("{} + {}", bound("GREATEST", "max"), step),
                       fmt::format("{} - {}", bound("LEAST", "min"), step)};
  };
  if (column.category == 'N') return beyond("f.number");
  if (column.type == "date") return beyond("f.number::pg_catalog.int4");
  if (column.category == 'D') return beyond("f.number * '1 day'::pg_catalog.interval");
  const std::string random = "pg_catalog.md5(pg_catalog.random()::pg_catalog.text || f.number)";
  if (column.type == "uuid") return {"pg_catalog.gen_random_uuid()"};
  if (column.type == "bytea") return {fmt::format("pg_catalog.decode({}, 'hex')", random)};
  if (column.category != 'S') return {};
  if (column.length > 0) return {fmt::format("pg_catalog.left({}, {})", random, column.length)};
  // A condition on the text's form may still hold.
  return {fmt::format("t.{} || {}", name, random), random};
}

class Mover {
 public:
  Mover(pg::Connection& connection, const TargetTable& table, const std::vector<ForeignKey>& keys)
      : connection_(connection), table_(table), keys_(keys) {}

  /// False: rows would have to be moved, and cannot.
  bool move(const UniqueIndex& index) {
    for (std::size_t given = 0; given < table_.given.size(); ++given) {
      const std::string rows = changing_rows(index, given);
      if (rows.empty() || connection_.query(fmt::format("SELECT {} LIMIT 1", rows)).empty()) continue;
      if (!move(index, given, rows)) return false;
    }
    return true;
  }

 private:
  /// Rows that get other values in the index; empty: none can.
  [[nodiscard]] std::string changing_rows(const UniqueIndex& index, std::size_t given) const {
    std::vector<std::string> columns;
    bool computed = false;
    for (const IndexColumn& column : index.columns) {
      if (contains(table_.given[given], column.name)) columns.push_back(column.name);
      computed = computed || std::ranges::any_of(table_.columns, [&](const TargetColumn& own) {
                   return own.name == column.name && own.generated;
                 });
    }
    if (computed) columns = table_.given[given];
    if (columns.empty()) return {};
    return fmt::format("FROM ONLY {} AS t JOIN {} AS s ON {} WHERE s.{} = {} AND {}", table_.sql(), table_.staging,
                       same_key(table_), kGiven, given, differs(columns));
  }

  /// The UPDATE that follows gives it the archive's value, and nobody looks at it meanwhile.
  [[nodiscard]] bool may_move(const IndexColumn& column, std::size_t given) const {
    const bool in_key = std::ranges::find(table_.key, column.name, &KeyColumn::name) != table_.key.end();
    const bool referenced = std::ranges::any_of(keys_, [&](const ForeignKey& key) {
      return std::ranges::find(key.parents, table_.oid) != key.parents.end() &&
             contains(key.parent_columns, column.name);
    });
    return contains(table_.given[given], column.name) && !in_key && !referenced &&
           !contains(table_.fixed(), column.name);
  }

  bool move(const UniqueIndex& index, std::size_t given, const std::string& rows) {
    for (const IndexColumn& column : index.columns) {
      if (!may_move(column, given)) continue;
      const std::vector<std::string> values = free_values(table_, column);
      if (!column.not_null) {
        // Triggers that look for a change are to see one also where the archive has NULL.
        for (const std::string& value : values)
          if (moved(column, fmt::format("CASE WHEN f.ends_empty THEN {} END", value), rows)) return true;
        if (moved(column, "NULL", rows)) return true;
      }
      for (const std::string& value : values)
        if (moved(column, value, rows)) return true;
    }
    return false;
  }

  /// Conditions, lengths or triggers may be against a value.
  bool moved(const IndexColumn& column, const std::string& value, const std::string& rows) {
    connection_.exec("SAVEPOINT pgcoffer_aside");
    try {
      const std::string name = quote_always(column.name);
      connection_.exec(
          fmt::format("UPDATE {} AS m SET {} = true FROM (SELECT s.ctid AS place {}) AS f WHERE m.ctid = "
                      "f.place",
                      table_.staging, kMoved, rows));
      connection_.exec(
          fmt::format("UPDATE ONLY {} AS t SET {} = {} FROM (SELECT t.ctid AS place, s.{} IS NULL AS "
                      "ends_empty, pg_catalog.row_number() OVER () AS number {}) AS f WHERE t.ctid = "
                      "f.place",
                      table_.sql(), name, value, name, rows));
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted || error.kind() == Kind::connection) throw;
      connection_.exec("ROLLBACK TO SAVEPOINT pgcoffer_aside");
      return false;
    }
    connection_.exec("RELEASE SAVEPOINT pgcoffer_aside");
    return true;
  }

  pg::Connection& connection_;
  const TargetTable& table_;
  const std::vector<ForeignKey>& keys_;
};

}  // namespace

std::vector<std::string> move_values_aside(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                                           const std::vector<ForeignKey>& keys) {
  std::vector<std::string> stuck;
  const std::vector<UniqueIndex> indexes = read_indexes(connection, tables);
  const std::string role =
      connection.query("SELECT pg_catalog.current_setting('session_replication_role')")[0][0].str();
  const bool quiet = may_silence_triggers(connection);
  if (quiet) connection.exec("SET LOCAL session_replication_role = replica");
  for (const UniqueIndex& index : indexes) {
    const auto table = std::ranges::find(tables, index.table, &TargetTable::oid);
    if ((*table)->key.empty()) continue;  // rows without a key are never updated
    if (!Mover(connection, **table, keys).move(index)) stuck.push_back(index.name);
  }
  if (quiet) connection.exec("SET LOCAL session_replication_role = " + role);
  return stuck;
}

}  // namespace pgcoffer::merging
