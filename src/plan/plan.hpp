#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "policy/policy.hpp"
#include "rows/format.hpp"
#include "rows/pseudonym.hpp"

namespace pgcoffer::plan {

/// How the rows of one table are read and written.
struct TablePlan {
  std::size_t table = 0;                                   ///< index into Catalog::tables and Verdicts::tables
  std::vector<rows::Column> columns;                       ///< those in the parts, in order
  std::vector<std::optional<rows::Pseudonym>> pseudonyms;  ///< one for each of the columns
  std::string copy_target;                                 ///< "s"."t" ("a", "b"): what COPY … FROM names
  std::vector<std::string> copy_statements;  ///< COPY … TO STDOUT, one per range of the table; together all its rows
  std::uint64_t estimated_bytes = 0;         ///< on the server's disk, TOAST included
  std::string where;                         ///< row filter in force; empty for none
  bool modified = false;                     ///< the statements are the policy's own SQL: to be checked on the server
};

/// What will be read, decided before the first row.
struct Plan {
  std::vector<TablePlan> tables;      ///< in data order: referenced tables before those that reference them
  std::vector<std::string> warnings;  ///< cycles of foreign keys
  [[nodiscard]] std::uint64_t estimated_bytes() const;
  /// Some column of some table becomes pseudonyms, for which a key is needed.
  [[nodiscard]] bool needs_pseudonym_key() const;
};

struct PlanOptions {
  unsigned jobs = 1;            ///< tables are split into ranges only when there is more than one
  std::uint64_t part_size = 0;  ///< bytes of encoded text
};

/// Which tables' rows are dumped, in which order, by which statements. Pure: nothing is asked of a server.
[[nodiscard]] Plan make_plan(const catalog::Catalog& catalog, const policy::Verdicts& verdicts,
                             const PlanOptions& options);

/// Has the server parse and plan every statement that carries SQL of the policy, without running it. Throws
/// Error(policy) with the server's words, naming table and rule.
void check_on_server(pg::Connection& connection, const Plan& plan, const catalog::Catalog& catalog,
                     const policy::Verdicts& verdicts);

}  // namespace pgcoffer::plan
