#include "merge/preconditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/bare_operator.hpp"
#include "base/counted.hpp"
#include "merge/cascades.hpp"
#include "merge/statement.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

std::string key_columns(const TargetTable& table, const char* separator, const char* suffix = "") {
  std::vector<std::string> names;
  for (const KeyColumn& column : table.key) names.push_back(quote_always(column.name) + suffix);
  return join(names, separator);
}

std::uint64_t count(pg::Connection& connection, const std::string& rows) {
  return static_cast<std::uint64_t>(
      connection.query(fmt::format("SELECT pg_catalog.count(*) FROM {}", rows))[0][0].as_int());
}

[[noreturn]] void refuse_key(const TargetTable& table, const std::string& why) {
  throw Error(Kind::usage,
              fmt::format("--key: {} {} table {}: {}", key_columns(table, ", "),
                          table.key.size() == 1 ? "does not tell apart the rows of" : "do not tell apart the rows of",
                          quoted_name(table.name), why))
      .hint("Name columns whose values are never NULL and never twice the same.");
}

/// Rows of a partition are compared with that partition's. A key that holds all by which they are partitioned finds
/// every row with the same key there; another one would not see it in a partition beside.
void check_partitioning(pg::Connection& connection, const TargetTable& table) {
  std::vector<std::string> names;
  for (const KeyColumn& column : table.key) names.push_back(quote_literal(column.name));
  const auto others = count(
      connection, fmt::format("pg_catalog.pg_partition_ancestors({}) AS a JOIN pg_catalog.pg_partitioned_table AS "
                              "p ON p.partrelid = a.relid, pg_catalog.unnest(p.partattrs) AS k LEFT JOIN "
                              "pg_catalog.pg_attribute AS c ON c.attnum = k WHERE k = 0 OR (c.attrelid = "
                              "p.partrelid AND c.attname NOT IN ({}))",
                              quote_literal(table.sql()), join(names, ", ")));
  if (others == 0) return;
  throw Error(Kind::usage, fmt::format("--key: {} of table {} may stand in several partitions of the table that "
                                       "it belongs to, and only one is looked into",
                                       key_columns(table, ", "), quoted_name(table.name)))
      .hint("Name the columns by which the table is partitioned, too.");
}

void check_key(pg::Connection& connection, const TargetTable& table) {
  check_partitioning(connection, table);
  const std::string same =
      fmt::format(" GROUP BY {} HAVING pg_catalog.count(*) > 1) AS twice", key_columns(table, ", "));
  const std::string null = key_columns(table, " OR ", " IS NULL"),
                    not_null = key_columns(table, " AND ", " IS NOT NULL");
  if (const auto rows = count(connection, table.staging + " WHERE " + null); rows > 0)
    refuse_key(table,
               fmt::format("{} NULL there", counted(rows, "row of the archive has", "rows of the archive have")));
  if (const auto keys = count(connection, fmt::format("(SELECT FROM {}{}", table.staging, same)); keys > 0)
    refuse_key(table, fmt::format("in the archive, {} in several rows", counted(keys, "value stands", "values stand")));
  const std::string there = fmt::format("(SELECT FROM ONLY {} WHERE {}{}", table.sql(), not_null, same);
  if (const auto keys = count(connection, there); keys > 0)
    refuse_key(table,
               fmt::format("in the database, {} in several rows", counted(keys, "value stands", "values stand")));
}

/// pg_rewrite.ev_type of what the mode does.
const char* events(MergeMode mode) {
  switch (mode) {
    case MergeMode::append:
    case MergeMode::truncate:
    case MergeMode::insert_missing:
      return "'3'";
    case MergeMode::upsert:
      return "'2', '3'";
    case MergeMode::replace:
    case MergeMode::sync:
      break;
  }
  return "'2', '3', '4'";
}

/// Whether values of the type `from` stay what they are in the other.
bool takes_all(const std::string& type, const std::string& from) {
  constexpr std::string_view array = "[]";
  if (type.ends_with(array) && from.ends_with(array))
    return takes_all(type.substr(0, type.size() - array.size()), from.substr(0, from.size() - array.size()));
  constexpr std::array integers{"smallint", "integer", "bigint", "numeric"};
  const auto width = [&](const std::string& name) { return std::ranges::find(integers, name) - integers.begin(); };
  // timestamp(3) with time zone, numeric(6,2): without modifier it takes more.
  std::string plain = from;
  if (const std::size_t open = plain.find('('); open != std::string::npos)
    plain.erase(open, plain.find(')', open) - open + 1);
  if (plain == type && plain != "bit" && plain != "character") return true;
  if (type == "text" || type == "character varying") return !from.starts_with("character(");
  if (width(from) < width(type) && type != "numeric") return width(type) < std::ssize(integers);
  if (type == "numeric") return from.starts_with("numeric") || width(from) < std::ssize(integers);
  if (type == "double precision") return from == "real";
  constexpr std::string_view varying = "character varying(";
  if (!type.starts_with(varying) || !from.starts_with(varying)) return false;
  return std::strtol(type.c_str() + varying.size(), nullptr, 10) >=
         std::strtol(from.c_str() + varying.size(), nullptr, 10);
}

std::vector<std::string> replaced_columns(const archive::Table& table) {
  std::vector<std::string> names;
  for (const archive::Column& column : table.columns)
    if (column.in_rows && column.verdict != "keep") names.push_back(column.name);
  return names;
}

}  // namespace

void refuse_without_keys(const std::vector<const TargetTable*>& tables, MergeMode mode) {
  if (!tells_rows_apart(mode) || can_compare_whole_rows(mode)) return;
  std::vector<std::string> names;
  for (const TargetTable* table : tables)
    if (table->key.empty()) names.push_back(quoted_name(table->name));
  if (names.empty()) return;
  throw Error(Kind::usage, fmt::format("no primary key: table {}", join_first(names)))
      .hint(
          "Say which columns tell rows apart, for each of them (--key 'TABLE: column, column'), or name other tables "
          "(--tables).");
}

std::vector<std::string> check_columns(const TargetTable& table, const MergeOptions& options) {
  const std::string name = display_name(table.name);
  std::vector<std::string> warnings;
  if (!table.extra.empty()) {
    warnings.push_back(fmt::format("table {} has no column to write these of the archive to: {}",
                                   quoted_name(table.name), join(table.extra, ", ")));
    if (!options.ignore_extra_columns)
      throw Error(Kind::failed, warnings.back()).hint("Leave their values out with --ignore-extra-columns.");
  }
  const auto archived = [&](const KeyColumn& column) {
    return std::ranges::find(table.writable, column.name) != table.writable.end();
  };
  if (tells_rows_apart(options.mode) && !std::ranges::all_of(table.key, archived))
    throw Error(Kind::usage, fmt::format("the archive lacks columns of the key of table {}", quoted_name(table.name)))
        .hint("Say which columns tell its rows apart with --key.");
  if (const auto replaced = replaced_columns(*table.archived); !replaced.empty())
    warnings.push_back(
        fmt::format("table {}: the archive has values that the policy made for: {}", name, join(replaced, ", ")));
  return warnings;
}

void refuse_bare_citext(pg::Connection& connection, const TargetTable& table, const std::string& condition) {
  const pg::Result columns = connection.query(fmt::format(
      "SELECT a.attname, n.nspname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type d ON d.oid = a.atttypid "
      "JOIN pg_catalog.pg_type t ON t.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END "
      "JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
      "WHERE a.attrelid = {} AND NOT a.attisdropped AND t.typname = 'citext' "
      "AND n.nspname <> 'pg_catalog'",
      table.oid));
  for (const pg::Row row : columns) {
    if (!has_bare_operator(condition, row[0].view())) continue;
    const std::string column = quote_ident(row[0].view());
    throw Error(Kind::usage, fmt::format("--where: column {} of table {} is citext, and an operator without schema "
                                         "beside it would be text's, which tells capitals apart",
                                         column, display_name(table.name)))
        .hint(fmt::format("Write {0} OPERATOR({1}.=) …, or {0}::pg_catalog.text where capitals are to count.", column,
                          quote_ident(row[1].view())));
  }
}

std::vector<std::string> deleted_for_the_policy(const TargetTable& table, MergeMode mode) {
  const archive::Table& archived = *table.archived;
  const bool left_out =
      archived.verdict != "keep" || !archived.where.empty() || !archived.sample.empty() || archived.by_reference;
  if (!left_out || !exchanges_all_rows(mode)) return {};
  return {
      fmt::format("table {}: the archive's policy left out rows, which are deleted from the database for their absence",
                  display_name(table.name))};
}

std::vector<std::string> narrowed_columns(const TargetTable& table, bool types_known) {
  std::vector<std::string> changes;
  if (!types_known) return changes;
  for (const archive::Column& column : table.archived->columns) {
    const auto there = std::ranges::find(table.columns, column.name, &TargetColumn::name);
    if (!column.in_rows || there == table.columns.end() || there->generated) continue;
    // Their schemas may be mapped.
    const bool own = column.type.find('.') != std::string::npos || there->type.find('.') != std::string::npos;
    if (!own && there->type != column.type && !takes_all(there->type, column.type))
      changes.push_back(fmt::format("{} {} -> {}", quote_ident(column.name), column.type, there->type));
  }
  return changes;
}

std::vector<std::string> emptied_columns(const TargetTable& table, MergeMode mode) {
  const bool anew = mode == MergeMode::truncate || (mode == MergeMode::replace && !table.by_key);
  const std::vector<std::string> names = table.not_archived();
  if (names.empty()) return {};
  return {fmt::format("table {}: the archive has no values of these columns, which take their defaults{}: {}",
                      display_name(table.name), anew ? "" : " in rows that are new", join(names, ", "))};
}

void check_keys(pg::Connection& connection, const std::vector<const TargetTable*>& tables) {
  for (const TargetTable* table : tables)
    if (table->key_unproven) check_key(connection, *table);
}

void refuse_remaking_rows(pg::Connection& connection, const std::vector<const TargetTable*>& tables,
                          const std::vector<ForeignKey>& keys, MergeMode mode) {
  for (const TargetTable* table : tables) {
    const std::string anew = made_anew(*table);
    const std::vector<std::string> lost = table->not_archived();
    const bool referenced =
        std::ranges::any_of(keys, [&](const ForeignKey& key) { return acts_on_delete(key, *table); });
    if (!overwrites_rows(*table, mode) || anew.empty() || (!referenced && lost.empty())) continue;
    const auto rows = count(connection, fmt::format("ONLY {} AS t JOIN {} AS s ON {} AND {}", table->sql(),
                                                    table->staging, same_key(*table), anew));
    if (rows == 0) continue;
    const std::string takes = referenced ? "which takes rows that reference them along"
                                         : "which loses what the archive does not have: " + join(lost, ", ");
    throw Error(
        Kind::failed,
        fmt::format("table {}: {} another value of {} than in the archive, which is GENERATED ALWAYS: "
                    "they would have to be deleted and made anew, {}",
                    quoted_name(table->name), counted(rows, "row has", "rows have"), join(table->fixed(), ", "), takes))
        .hint("Merge by the primary key (leave out --key).");
  }
}

void refuse_rules(pg::Connection& connection, const std::vector<const TargetTable*>& tables, MergeMode mode) {
  std::vector<std::string> oids, rules;
  for (const TargetTable* table : tables) oids.push_back(std::to_string(table->oid));
  if (oids.empty()) return;
  const std::string sql = fmt::format(
      "SELECT pg_catalog.format('%I of table %I.%I', r.rulename, n.nspname, c.relname) FROM pg_catalog.pg_rewrite r "
      "JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE r.ev_class IN ({}) AND r.ev_type IN ({}) AND r.ev_enabled IN ('O', 'A') ORDER BY 1",
      join(oids, ", "), events(mode));
  for (const pg::Row row : connection.query(sql)) rules.push_back(row[0].str());
  if (rules.empty()) return;
  throw Error(Kind::failed, fmt::format("rules stand in the way of merging rows: {}", join_first(rules)))
      .hint(
          "--disable-triggers lets no rule act either, for a role that may set session_replication_role; or disable "
          "them (ALTER TABLE … DISABLE RULE).");
}

void refuse_unenforced_keys(pg::Connection& connection, const std::set<pg::Oid>& emptied,
                            const std::vector<ForeignKey>& keys) {
  const bool none = std::ranges::all_of(keys, &ForeignKey::enforced);
  if (none) return;
  std::set<pg::Oid> with_triggers;
  for (const pg::Row row : connection.query("SELECT oid FROM pg_catalog.pg_class WHERE relhastriggers"))
    with_triggers.insert(row[0].as_oid());
  std::vector<std::string> names;
  for (const ForeignKey& key : keys) {
    const bool looked_at = std::ranges::any_of(
        key.parents, [&](pg::Oid oid) { return emptied.contains(oid) && with_triggers.contains(oid); });
    const bool allowed = std::ranges::all_of(
        key.children, [&](pg::Oid oid) { return emptied.contains(oid) && with_triggers.contains(oid); });
    if (!key.enforced && looked_at && !allowed)
      names.push_back(
          fmt::format("{} of {}, which references {}", quote_ident(key.name), key.child_sql, key.parent_sql));
  }
  if (names.empty()) return;
  throw Error(Kind::failed,
              fmt::format("the server would not empty tables (TRUNCATE) for foreign keys, though they are "
                          "NOT ENFORCED: {}",
                          join_first(names)))
      .hint("--mode replace and --mode sync exchange the rows without TRUNCATE, and leave what references them.");
}

void refuse_sparse_rows_without_key(const std::vector<const TargetTable*>& tables) {
  for (const TargetTable* table : tables) {
    if (!table->key.empty() || table->given.size() == 1) continue;
    throw Error(Kind::usage, fmt::format("table {} has no primary key, and rows of the archive lack columns: they "
                                         "cannot be told apart",
                                         quoted_name(table->name)))
        .hint("Say which columns tell its rows apart with --key, or give all rows all columns.");
  }
}

}  // namespace pgcoffer::merging
