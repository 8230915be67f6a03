#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "pgcoffer/connect_options.hpp"
#include "pgcoffer/keys.hpp"
#include "pgcoffer/leave_out.hpp"
#include "pgcoffer/progress.hpp"

namespace pgcoffer {

/// What is compared with an archive. Defaults are those of `pgcoffer compare`.
struct CompareOptions {
  std::filesystem::path archive;
  std::optional<std::filesystem::path> other;  ///< another archive; nothing: the database of `connection`
  seal::Identities identities;                 ///< open both archives
  ConnectOptions connection;
  bool schema_only = false, data_only = false;
  bool no_owner = false, no_privileges = false;
  LeaveOut leave_out;
  std::vector<std::string> tables, exclude_tables;    ///< psql patterns (-t, -T): with their partitions
  std::vector<std::string> schemas, exclude_schemas;  ///< psql patterns (-n, -N): all that is in these schemas
  std::vector<std::string> table_names;  ///< exact names, with or without schema; else taken as patterns (--tables)
  std::optional<std::vector<std::pair<std::string, std::string>>> only;  ///< rows of these tables (schema, name)
  bool with_replaced = false;       ///< columns whose values the policy made count, too: for what was restored
  bool list_rows = false;           ///< fill TableDifference::rows
  std::uint64_t rows_limit = 1000;  ///< rows listed of each table; 0: all of them
};

/// Seen from the archive: `missing` is in the archive only, `added` is in the other only.
enum class Change { missing, added, changed };

struct ObjectDifference {
  Change change = Change::changed;
  std::string kind, schema, name;      ///< as toc.json has them
  std::string archive_sql, other_sql;  ///< empty where the object is not
  /// Major versions of the server, and pg_dump, write what this holds (a view's query, an expression) in different
  /// ways: the two may mean the same.
  bool perhaps_only_writing = false;
};

/// A value of COPY text without its escapes; nothing for NULL.
struct ValueDifference {
  std::string column;
  std::optional<std::string> archive, other;
};

struct RowDifference {
  Change change = Change::changed;
  std::vector<ValueDifference> key;      ///< of tables without a key: the whole row
  std::vector<ValueDifference> columns;  ///< those that differ, of a changed row
};

struct TableDifference {
  std::string schema, name;
  std::vector<std::string> key;  ///< its columns; empty: rows are compared as a whole, and none is `changed`
  std::uint64_t missing = 0, added = 0, changed = 0;
  std::vector<RowDifference> rows;
  /// Rows that differ and are not in `rows`: beyond the limit, or none was to be listed.
  [[nodiscard]] std::uint64_t not_listed() const { return missing + added + changed - rows.size(); }
};

struct CompareReport {
  std::string archive, other;  ///< what was compared, for people
  std::vector<ObjectDifference> objects;
  std::vector<TableDifference> tables;       ///< that differ
  std::vector<std::uint32_t> large_objects;  ///< oids of those that differ
  std::uint64_t objects_compared = 0, tables_compared = 0, rows_compared = 0;
  std::vector<std::string> notes;  ///< what was not compared, and why
  [[nodiscard]] bool same() const { return objects.empty() && tables.empty() && large_objects.empty(); }
};

/// Compares schema, rows and large objects; nothing is restored or written. Where the digests of a table's rows are
/// the same it is read once at most; where they differ, rows are compared by key in memory of a fixed size, in as many
/// passes as that takes. Throws Error: what opening and reading an archive and a database throw.
[[nodiscard]] CompareReport compare(const CompareOptions& options, Progress& progress,
                                    const std::stop_token& stop = {});

}  // namespace pgcoffer
