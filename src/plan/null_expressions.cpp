#include "plan/null_expressions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "policy/rules.hpp"
#include "policy/sql_text.hpp"

namespace pgcoffer::plan {
namespace {

// Strict expressions, which give null where something that they read is null, are of no account; what they are is told
// as it is of generated columns (catalog/defaults.cpp). Expressions without columns stay: nothing asks for them.
constexpr const char* lenient_indexes_sql = R"sql(
  SELECT i.indrelid AS table, c.relname AS name, pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
         i.indpred IS NOT NULL AS partial, i.indisexclusion AS excludes,
         ARRAY (SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, true)
                FROM pg_catalog.generate_series(1, i.indnkeyatts) AS k WHERE i.indkey[k - 1] = 0) AS expressions,
         ARRAY (SELECT a.attname FROM pg_catalog.generate_series(1, i.indnkeyatts) AS k
                JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k - 1]) AS members,
         EXISTS (SELECT FROM pg_catalog.pg_depend d
                 WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid
                   AND d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass,
                                        'pg_catalog.pg_operator'::pg_catalog.regclass)) AS calls_others
  FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid IN ({}) AND i.indexprs IS NOT NULL AND (i.indisunique OR i.indisexclusion)
    AND (EXISTS (
           SELECT FROM pg_catalog.regexp_matches(i.indexprs::pg_catalog.text, '[{{]([A-Z]+)', 'g') AS node(name)
           WHERE node.name[1] NOT IN ('VAR', 'CONST', 'OPEXPR', 'FUNCEXPR', 'RELABELTYPE', 'COERCEVIAIO',
                                      'COERCETODOMAIN', 'COLLATE', 'COLLATEEXPR'))
         OR EXISTS (
           SELECT FROM pg_catalog.regexp_matches(i.indexprs::pg_catalog.text, ':(?:op)?funcid ([0-9]+)', 'g')
                         AS call(id)
             LEFT JOIN pg_catalog.pg_proc p ON p.oid = call.id[1]::pg_catalog.oid
           WHERE p.proisstrict IS NOT TRUE))
  ORDER BY i.indrelid, c.relname)sql";

struct Index {
  std::string name;
  bool excludes = false, partial = false;
  bool calls_others = false;  ///< than the server's own functions, which are not run: see check_replacements.cpp
  std::vector<std::string> expressions;
  std::set<std::string> members;              ///< columns that are so themselves
  std::vector<const Changed::Column*> same;   ///< columns in it that are the same in all rows
  std::vector<const Changed::Column*> nulls;  ///< those in expressions that become null
  bool others = false;                        ///< or it has some that are not the same in all rows
};

Index read_index(const Changed& table, const pg::Row& row, const std::unordered_set<std::string>& names) {
  Index index{row["name"].str(),
              row["excludes"].as_bool(),
              row["partial"].as_bool(),
              row["calls_others"].as_bool(),
              row["expressions"].as_array(),
              {},
              {},
              {},
              false};
  for (const std::string& member : row["members"].as_array()) index.members.insert(member);
  for (const catalog::Column& column : table.table->columns) {
    if (!names.contains(column.name)) continue;
    const auto found = table.columns.find(column.attnum);
    const bool same = found != table.columns.end() && found->second.value;
    if (same) index.same.push_back(&found->second);
    index.others = index.others || !same;
    if (found != table.columns.end() && found->second.becomes_null() && !index.members.contains(column.name))
      index.nulls.push_back(&found->second);
  }
  return index;
}

/// Whether some expression gives null in all rows; nothing where the server cannot be asked.
std::optional<bool> gives_null(pg::Connection& connection, const Changed& table, const Index& index) {
  if (index.others || index.calls_others) return std::nullopt;
  std::vector<std::string> values;
  for (const Changed::Column* column : index.same)
    values.push_back(fmt::format("{} AS {}", *column->value, quote_always(column->column->name)));
  connection.exec("SAVEPOINT pgcoffer_try");
  std::optional<bool> null;
  try {
    null =
        connection
            .query(fmt::format("SELECT ({}) IS NULL FROM (SELECT {}) AS {}", join(index.expressions, ") IS NULL OR ("),
                               join(values, ", "), quote_always(table.table->name.name)))[0][0]
            .as_bool();
  } catch (const Error& error) {
    if (error.kind() != Kind::failed) throw;
    connection.exec("ROLLBACK TO SAVEPOINT pgcoffer_try");
  }
  connection.exec("RELEASE SAVEPOINT pgcoffer_try");
  return null;
}

/// The warning, where there is one.
std::optional<std::string> check_index(pg::Connection& connection, const Changed& table, const pg::Row& row) {
  const auto names = policy::index_names(row["definition"].view());
  if (!names) return std::nullopt;
  const Index index = read_index(table, row, names->key);
  const bool member_is_null = std::ranges::any_of(index.same, [&](const Changed::Column* column) {
    return column->null && index.members.contains(column->column->name);
  });
  if (index.nulls.empty() || member_is_null) return std::nullopt;
  const std::optional<bool> null = gives_null(connection, table, index);
  if (null && *null) return std::nullopt;
  const Changed::Column& column = *index.nulls.front();
  const std::string what =
      fmt::format("{}, and {} \"{}\" has an expression that may make a value of a null", table.subject(column),
                  index.excludes ? "exclusion constraint" : "unique index", index.name);
  if (null && !index.partial && !index.excludes)
    throw policy::refusal(what + ", the same in all rows",
                          "Choose pseudonym or sha256, which keep values apart, or leave out the rows of the table.",
                          column.rule);
  return fmt::format("{}; the restore fails if {} ({})", what,
                     index.excludes ? "rows now exclude each other" : "two rows get the same", column.rule);
}

}  // namespace

std::vector<std::string> check_null_expressions(pg::Connection& connection, const std::map<pg::Oid, Changed>& tables,
                                                policy::Refusals& refusals) {
  std::vector<std::string> oids, warnings;
  for (const auto& [oid, table] : tables)
    if (std::ranges::any_of(table.columns, [](const auto& one) { return one.second.becomes_null(); }))
      oids.push_back(std::to_string(oid));
  if (oids.empty()) return warnings;
  for (const pg::Row row : connection.query(fmt::format(lenient_indexes_sql, join(oids, ", "))))
    refusals.attempt([&] {
      if (auto warning = check_index(connection, tables.at(row["table"].as_oid()), row))
        warnings.push_back(std::move(*warning));
    });
  return warnings;
}

}  // namespace pgcoffer::plan
