#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "base/text.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::merging {

/// A column of a key and the operator that compares it, for SQL.
struct KeyColumn {
  std::string name, equals;
};

struct TargetColumn {
  std::string name, type;  ///< as format_type() writes it
  bool generated = false;
  bool identity_always = false;
};

/// A table that exists in the target and whose rows the archive has.
struct TargetTable {
  pg::Oid oid = 0;
  QualifiedName name;
  const archive::Table* archived = nullptr;
  std::vector<TargetColumn> columns;
  std::vector<KeyColumn> key;         ///< of the primary key, unless another is asked for
  bool key_unproven = false;          ///< it was asked for: rows may have the same, or NULL in it
  std::vector<std::string> writable;  ///< columns of the archive's rows that can be written
  std::vector<std::string> extra;     ///< and those that cannot
  /// Columns that rows of the archive have: of most of them `writable`, which stands first, of others fewer. The
  /// staging table has the number of each row's.
  std::vector<std::vector<std::string>> given;
  std::optional<QualifiedName> hashed_root;  ///< above it: rows have moved among its partitions
  std::string staging;                       ///< its staging table, for SQL; empty: it has none
  bool by_key = false;                       ///< in a replacement: rows whose keys come back are not deleted
  bool reinsert = false;                     ///< changed rows are deleted and inserted anew, not updated
  int before_triggers = 0;  ///< events (pg_trigger.tgtype) on which a trigger could keep rows from being changed
  [[nodiscard]] std::string sql() const { return quote_always(name); }
  /// Columns outside of the key that an UPDATE may not set: rows in which they differ are made anew.
  [[nodiscard]] std::vector<std::string> fixed() const;
  /// Columns whose values the archive does not have: rows that are made anew would lose them.
  [[nodiscard]] std::vector<std::string> not_archived() const;
};

struct ForeignKey {
  std::string name;
  pg::Oid child = 0, parent = 0;           ///< as declared: perhaps partitioned tables
  std::vector<pg::Oid> children, parents;  ///< the tables that hold the rows
  std::string child_sql, parent_sql;
  std::vector<std::string> child_columns, parent_columns, equals;
  char on_delete = 'a';    ///< pg_constraint.confdeltype; 'a' where it is not enforced
  char on_update = 'a';    ///< pg_constraint.confupdtype; likewise
  bool validated = false;  ///< all rows fulfil it; one that is NOT VALID acts on new and deleted rows all the same
  bool enforced = true;    ///< false (servers since 18): rows need not fulfil it, and it acts on nothing
};

/// Tables of the archive with rows that are in the target, by oid.
/// `name_of` is what a table of the archive is called in the target.
[[nodiscard]] std::map<pg::Oid, TargetTable> read_tables(
    pg::Connection& connection, const archive::Manifest& manifest,
    const std::function<QualifiedName(const QualifiedName&)>& name_of);
/// Foreign keys between any tables.
[[nodiscard]] std::vector<ForeignKey> read_foreign_keys(pg::Connection& connection);

/// Throws Error(permission) naming tables whose row security would hide rows from this role.
void refuse_row_security(pg::Connection& connection, const std::vector<const TargetTable*>& tables);

/// "c.a OPERATOR(…) p.b AND …" of a foreign key; `child` and `parent` are aliases.
[[nodiscard]] std::string match(const ForeignKey& key, const std::string& child, const std::string& parent);

}  // namespace pgcoffer::merging
