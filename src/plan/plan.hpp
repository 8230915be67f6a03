#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "plan/tids.hpp"
#include "policy/policy.hpp"
#include "rows/format.hpp"
#include "rows/pseudonym.hpp"

namespace pgcoffer::plan {

/// COPY of the rows in a set: `before` and `after` stand around the condition.
struct KeyedCopy {
  std::shared_ptr<const std::string> before, after;
  Tids tids;
};

/// Rows whose reference leads to a row that is left out, and what is done about it.
struct MissingParents {
  std::string reference;  ///< the foreign key's name
  policy::MissingParent handling = policy::MissingParent::error;
  std::uint64_t rows = 0;
  bool not_valid = false;  ///< the foreign key is restored as NOT VALID
};

/// What foreign keys make of the rows of one table.
struct Subset {
  std::vector<KeyedCopy> copies;  ///< at least one
  std::uint64_t rows = 0;         ///< that are kept
  std::uint64_t start_rows = 0;   ///< those at which its own rule starts to follow
};

/// How many rows a table has of which only some are taken.
struct RowsBefore {
  std::uint64_t rows = 0;
  bool estimated = false;  ///< by the server's statistics: they were not counted
};

/// How the rows of one table are read and written.
struct TablePlan {
  std::size_t table = 0;                                   ///< index into Catalog::tables and Verdicts::tables
  std::vector<rows::Column> columns;                       ///< those in the parts, in order
  std::vector<std::optional<rows::Pseudonym>> pseudonyms;  ///< one for each of the columns
  QualifiedName target;                                    ///< the table that the rows are loaded into
  std::string copy_target;                                 ///< "s"."t" ("a", "b"): what COPY … FROM names
  std::vector<std::string> copy_statements;  ///< COPY … TO STDOUT, one per range of the table; together all its rows
  std::optional<Subset> subset;              ///< its rows are chosen one by one, not by copy_statements
  std::vector<MissingParents> missing_parents;
  std::optional<RowsBefore> before;    ///< where that is known, of tables of which only some rows are taken
  std::uint64_t estimated_bytes = 0;   ///< on the server's disk, TOAST included
  std::string where;                   ///< row filter in force; empty for none
  std::vector<std::string> rules;      ///< of the policy whose SQL is in the statements, by their places in its file
  bool binary = false;                 ///< the rows are kept in binary: each column has a binary form
  std::vector<rows::BinaryForm> wire;  ///< if not empty: the statements give binary rows of these forms, to become text
  std::string text_because;            ///< where binary rows were asked for in vain
  bool modified = false;               ///< the statements are the policy's own SQL: to be checked on the server

  /// So many statements read the rows.
  [[nodiscard]] std::size_t statements() const { return subset ? subset->copies.size() : copy_statements.size(); }
  [[nodiscard]] bool binary_statements() const { return binary || !wire.empty(); }
  /// COPY … TO STDOUT. Those of a subset are made when they are wanted: they name each row.
  [[nodiscard]] std::string statement(std::size_t number) const;
};

/// What will be read, decided before the first row.
struct Plan {
  std::vector<TablePlan> tables;      ///< in data order: referenced tables before those that reference them
  std::vector<std::string> warnings;  ///< cycles of foreign keys, partitioned tables without partitions
  std::uint64_t part_size = 0;        ///< bytes of encoded text, as it was asked for or as the database's size suggests
  [[nodiscard]] std::uint64_t estimated_bytes() const;
  /// Some column of some table becomes pseudonyms, for which a key is needed.
  [[nodiscard]] bool needs_pseudonym_key() const;
};

struct PlanOptions {
  unsigned jobs = 1;            ///< tables are split into ranges only when there is more than one
  std::uint64_t part_size = 0;  ///< bytes of encoded text; 0: as the database's size suggests
  bool via_root = false;        ///< rows of partitions are loaded into the topmost partitioned table
  bool binary = false;          ///< rows are binary where they can be
  bool binary_wire = false;     ///< rows that are to be text may come in binary
  bool utc = false;             ///< the sessions' time zone is UTC
};

/// Which tables' rows are dumped, in which order, by which statements. Pure: nothing is asked of a server.
[[nodiscard]] Plan make_plan(const catalog::Catalog& catalog, const policy::Verdicts& verdicts,
                             const PlanOptions& options);

/// Has the server parse and plan every statement that carries SQL of the policy, without running it. Throws
/// Error(policy) with the server's words, naming table and rule. Inside a transaction, which stays usable.
void check_on_server(pg::Connection& connection, const Plan& plan, const catalog::Catalog& catalog,
                     const policy::Verdicts& verdicts);

}  // namespace pgcoffer::plan
