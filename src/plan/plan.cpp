#include "plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "pgcoffer/error.hpp"
#include "plan/blame.hpp"
#include "plan/data_order.hpp"
#include "plan/statements.hpp"

namespace pgcoffer::plan {
namespace {

/// Partitioned tables that are selected (-t) without a single partition: what has their rows.
std::vector<std::string> without_partitions(const std::vector<catalog::Table>& tables) {
  std::unordered_set<catalog::Oid> divided, with_some;
  for (const catalog::Table& table : tables)
    for (const catalog::Oid parent : table.parents) (table.selected ? with_some : divided).insert(parent);
  std::vector<std::string> names;
  for (const catalog::Table& table : tables)
    if (table.relkind == 'p' && table.selected && divided.contains(table.oid) && !with_some.contains(table.oid))
      names.push_back(display_name(table.name));
  return names;
}

std::vector<std::size_t> tables_with_rows(const catalog::Catalog& catalog, const policy::Verdicts& verdicts,
                                          const std::vector<std::size_t>& order) {
  std::vector<std::size_t> some;
  std::ranges::copy_if(order, std::back_inserter(some), [&](std::size_t index) {
    return catalog.tables[index].rows_selected && verdicts.tables[index].action == policy::TableAction::keep;
  });
  return some;
}

/// Small databases are made of small parts: a dump's first use of memory, some parts for each job, costs more than
/// their files do. Large ones have no more files than needed.
std::uint64_t suitable_part_size(const catalog::Catalog& catalog, const std::vector<std::size_t>& tables) {
  constexpr std::uint64_t smallest = std::uint64_t{4} << 20U, largest = std::uint64_t{16} << 20U, parts = 256;
  std::uint64_t bytes = 0;
  for (const std::size_t index : tables) bytes += estimated_bytes(catalog.tables[index]);
  return std::clamp(bytes / parts, smallest, largest);
}

}  // namespace

std::string TablePlan::statement(std::size_t number) const {
  if (!subset) return copy_statements[number];
  const KeyedCopy& copy = subset->copies[number];
  return fmt::format("{}ctid = ANY ('{}'::pg_catalog.tid[]){}", *copy.before, copy.tids.literal(), *copy.after);
}

std::uint64_t Plan::estimated_bytes() const {
  std::uint64_t bytes = 0;
  for (const TablePlan& table : tables) bytes += table.estimated_bytes;
  return bytes;
}

bool Plan::needs_pseudonym_key() const {
  return std::ranges::any_of(tables, [](const TablePlan& table) {
    return std::ranges::any_of(table.pseudonyms, [](const auto& one) { return one.has_value(); });
  });
}

Plan make_plan(const catalog::Catalog& catalog, const policy::Verdicts& verdicts, const PlanOptions& options) {
  Plan plan;
  const DataOrder order = data_order(catalog.tables);
  const std::vector<std::size_t> tables = tables_with_rows(catalog, verdicts, order.tables);
  plan.part_size = options.part_size != 0 ? options.part_size : suitable_part_size(catalog, tables);
  PlanOptions settled = options;
  settled.part_size = plan.part_size;
  for (const std::size_t index : tables)
    plan.tables.push_back(plan_table(catalog, index, verdicts.tables[index], settled));
  for (const std::string& name : without_partitions(catalog.tables)) {
    plan.warnings.push_back(fmt::format(
        "partitioned table {} comes without rows: none of its partitions is selected (--table-and-children takes them)",
        name));
  }
  for (const std::string& cycle : order.cycles) {
    plan.warnings.push_back(fmt::format(
        "foreign keys form a circle ({}): rows alone are restored into these tables with --mode append; a script of "
        "rows alone needs --disable-triggers",
        cycle));
  }
  return plan;
}

namespace {

std::string remedy(const std::vector<std::string>& rules, const std::string& sqlstate) {
  const bool built_in =
      std::ranges::all_of(rules, [](const std::string& rule) { return rule.starts_with("built-in"); });
  if (built_in) return fmt::format("Give the column a rule of its own, instead of that of {}.", join_first(rules));
  // Functions, types and relations that are not found.
  const bool unknown = sqlstate == "42883" || sqlstate == "42704" || sqlstate == "42P01";
  const bool aggregate = sqlstate == "42803";
  return fmt::format("Correct the SQL or the constants of the rule ({}).{}", join_first(rules),
                     unknown     ? " No schema but the server's own is searched: write public.f(x) and x "
                                   "OPERATOR(public.-) y, with their schemas."
                     : aggregate ? " Aggregate functions make one row of all: write (SELECT max(x) FROM public.t)."
                                 : "");
}

/// What stands inside COPY's brackets.
std::string_view query_of(std::string_view copy) {
  const std::size_t open = copy.find('(');
  return copy.substr(open + 1, copy.rfind(") TO STDOUT") - open - 1);
}

}  // namespace

void check_on_server(pg::Connection& connection, const Plan& plan, const catalog::Catalog& catalog,
                     const policy::Verdicts& verdicts) {
  for (const TablePlan& table : plan.tables) {
    if (!table.modified) continue;
    // EXPLAIN parses and plans the query (casts of constants included) and reads no row.
    const std::string query = beside_row(query_of(table.copy_statements.front()));
    connection.exec("SAVEPOINT pgcoffer_check");
    try {
      connection.exec("EXPLAIN " + query);
    } catch (const Error& error) {
      if (error.kind() != Kind::failed) throw;
      connection.exec("ROLLBACK TO SAVEPOINT pgcoffer_check; RELEASE SAVEPOINT pgcoffer_check");
      const auto guilty = rules_to_blame(connection, catalog.tables[table.table], verdicts.tables[table.table]);
      throw Error(Kind::policy, fmt::format("policy refuses: its SQL for table {} does not work: {}",
                                            quoted_name(catalog.tables[table.table].name), error.message()))
          .hint(remedy(guilty.empty() ? table.rules : guilty, error.sqlstate()))
          .sqlstate(error.sqlstate());
    }
    connection.exec("ROLLBACK TO SAVEPOINT pgcoffer_check; RELEASE SAVEPOINT pgcoffer_check");
  }
}

}  // namespace pgcoffer::plan
