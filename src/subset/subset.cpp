#include "subset/subset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "pgcoffer/error.hpp"
#include "plan/statements.hpp"
#include "policy/row_error.hpp"
#include "policy/rules.hpp"
#include "subset/fixpoint.hpp"
#include "subset/periods.hpp"

namespace pgcoffer::subset {
namespace {

using policy::MissingParent;

/// The first servers that hash places of rows; before, a join by them must not be tried that way.
constexpr int kHashedTids = 140000;
constexpr int kNotValidOnPartitioned = 180000;
/// Rows in one statement: few enough for the server to hold their places, enough to be worth a statement.
constexpr std::uint64_t kFewest = 5000, kMost = 500000;

class Choice {
 public:
  Choice(plan::Plan& plan, catalog::Catalog& catalog, policy::Verdicts& verdicts, const plan::PlanOptions& options)
      : plan_(plan),
        catalog_(catalog),
        verdicts_(verdicts),
        options_(options),
        outcome_(catalog, verdicts),
        graph_(catalog, verdicts),
        roles_(graph_, outcome_) {}

  void run(const Connect& connect) {
    if (roles_.nothing_to_do()) return;
    refuse_periods(catalog_, verdicts_, graph_, roles_);
    std::unique_ptr<KeySets> keys;
    pg::Connection& connection = connect([&](pg::Connection& one) {
      one.exec("SET work_mem = '64MB'");
      if (one.server_version() < kHashedTids) one.exec("SET enable_hashjoin = off");
      keys = temporary_tables(one, catalog_.tables.size());
    });
    if (!keys) keys = arrays(connection, catalog_.tables.size());
    lock(connection);
    graph_.read_operators(connection);
    Fixpoint fixpoint(graph_, roles_, outcome_, *keys);
    fixpoint.run();
    look_for_missing_parents(connection, fixpoint);
    for (std::size_t table = 0; table < catalog_.tables.size(); ++table)
      if (graph_.root(table) == table && roles_.of(table).listed) take_rows(table, fixpoint);
  }

 private:
  /// As the dump's other connections do it: rather an error than waiting behind somebody who waits for the leader.
  void lock(pg::Connection& connection) {
    std::vector<std::string> names;
    for (const plan::TablePlan& table : plan_.tables) names.push_back("ONLY " + quote_always(name(table.table)));
    if (!names.empty()) connection.exec("LOCK TABLE " + join(names, ", ") + " IN ACCESS SHARE MODE NOWAIT");
  }

  [[nodiscard]] const QualifiedName& name(std::size_t table) const { return catalog_.tables[table].name; }

  void look_for_missing_parents(pg::Connection& connection, const Fixpoint& fixpoint) {
    for (const Check& check : roles_.checks()) {
      if (check.handling == MissingParent::filter) continue;
      std::map<pg::Oid, std::vector<std::uint64_t>> missing;
      read_places(connection, fixpoint.violations(check) + " ORDER BY 1, 2",
                  [&](pg::Oid table, std::uint64_t tid) { missing[table].push_back(tid); });
      if (missing.empty()) continue;
      if (check.handling == MissingParent::error) refuse(check, missing);
      const bool not_valid = check.handling == MissingParent::leave && leave(graph_.edges()[check.edge]);
      for (const auto& [table, tids] : missing) note(check, table, tids, not_valid);
    }
  }

  template <class Missing>
  [[noreturn]] void refuse(const Check& check, const Missing& missing) const {
    const Edge& edge = graph_.edges()[check.edge];
    std::size_t rows = 0;
    for (const auto& [table, tids] : missing) rows += tids.size();
    const auto& verdict = verdicts_.tables[check.leaves.front()];
    throw policy::refusal(
        fmt::format("{} {} of {} {} rows of {} that are left out ({} \"{}\")", human_count(rows),
                    rows == 1 ? "row" : "rows", policy::table_name(catalog_.tables[edge.from]),
                    rows == 1 ? "references" : "reference", policy::table_name(catalog_.tables[edge.to]),
                    edge.declared ? "reference" : "foreign key", edge.key->name),
        fmt::format("Say \"on-missing-parent\" for {}: filter, null or leave; or have the parents come along "
                    "(\"follow\": \"parents\" or \"both\").",
                    policy::table_name(catalog_.tables[edge.from])),
        verdict.rule);
  }

  /// Marks the foreign key as NOT VALID; false where the policy has declared it only.
  bool leave(const Edge& edge) {
    if (edge.declared) return false;
    const catalog::Table& table = catalog_.tables[edge.from];
    if (table.relkind == 'p' && catalog_.server.version < kNotValidOnPartitioned)
      throw policy::refusal("foreign key \"" + edge.key->name + "\" of the partitioned table " +
                                policy::table_name(table) + " cannot become NOT VALID before version 18",
                            "Choose \"on-missing-parent\" filter or null for this table.",
                            verdicts_.tables[edge.from].rule);
    for (catalog::Object& object : catalog_.objects) {
      if (object.kind != "FK CONSTRAINT" || object.table != table.oid ||
          object.name != table.name.name + " " + edge.key->name)
        continue;
      const std::size_t end = object.create_sql.rfind(";\n");
      if (object.create_sql.find(" NOT VALID", object.create_sql.rfind(')')) == std::string::npos)
        object.create_sql.insert(end, " NOT VALID");
    }
    return true;
  }

  void note(const Check& check, pg::Oid table, const std::vector<std::uint64_t>& tids, bool not_valid) {
    const Edge& edge = graph_.edges()[check.edge];
    const std::size_t leaf = outcome_.index(*outcome_.find(table));
    for (plan::TablePlan& one : plan_.tables)
      if (one.table == leaf) one.missing_parents.push_back({edge.key->name, check.handling, tids.size(), not_valid});
    if (check.handling != MissingParent::null) return;
    for (const std::size_t column : outcome_.null_for_missing_parent(leaf, *edge.key))
      for (const std::uint64_t tid : tids) nulls_[leaf][tid].insert(column);
  }

  /// Rows of one table, by the columns that become null in them.
  using Groups = std::map<std::set<std::size_t>, std::vector<plan::Tids>>;

  void take_rows(std::size_t table, const Fixpoint& fixpoint) {
    std::map<std::size_t, Groups> found;
    std::map<std::size_t, std::uint64_t> counts;
    std::size_t leaf = table;
    pg::Oid current = 0;
    std::uint64_t most = 0;
    fixpoint.keys().read(table, [&](pg::Oid oid, std::uint64_t tid) {
      if (oid != current) {
        current = oid;
        leaf = outcome_.index(*outcome_.find(oid));
        most = rows_in_statement(leaf);
      }
      const auto nulls = nulls_.find(leaf);
      const bool some = nulls != nulls_.end() && nulls->second.contains(tid);
      auto& chunks = found[leaf][some ? nulls->second.at(tid) : std::set<std::size_t>()];
      if (chunks.empty() || chunks.back().size() >= most) chunks.emplace_back();
      chunks.back().add(tid);
      ++counts[leaf];
    });
    for (plan::TablePlan& one : plan_.tables)
      if (graph_.root(one.table) == table)
        put(one, std::move(found[one.table]), counts[one.table], fixpoint.start_rows(one.table));
  }

  [[nodiscard]] std::uint64_t rows_in_statement(std::size_t leaf) const {
    const catalog::Table& table = catalog_.tables[leaf];
    // An order is one of all rows.
    if (!verdicts_.tables[leaf].order_by.empty()) return UINT64_MAX;
    const auto bytes = static_cast<double>(plan::estimated_bytes(table));
    if (table.estimated_rows < 1 || bytes < 1) return kMost;
    return std::clamp(
        static_cast<std::uint64_t>(2 * static_cast<double>(options_.part_size) * table.estimated_rows / bytes), kFewest,
        kMost);
  }

  void put(plan::TablePlan& one, Groups groups, std::uint64_t rows, std::uint64_t start_rows) {
    const catalog::Table& table = catalog_.tables[one.table];
    one.subset.emplace();
    one.subset->rows = rows;
    one.subset->start_rows = start_rows;
    if (groups.empty()) groups[{}].emplace_back();
    for (auto& [columns, chunks] : groups) {
      policy::TableVerdict verdict = verdicts_.tables[one.table];
      for (const std::size_t column : columns) verdict.columns[column].action = policy::ColumnAction::null;
      auto [before, after] = plan::copy_around(table, verdict, one.binary_statements());
      const auto head = std::make_shared<const std::string>(std::move(before));
      const auto tail = std::make_shared<const std::string>(std::move(after));
      for (plan::Tids& tids : chunks) one.subset->copies.push_back({head, tail, std::move(tids)});
    }
    if (table.estimated_rows > static_cast<double>(rows))
      one.estimated_bytes = static_cast<std::uint64_t>(static_cast<double>(one.estimated_bytes) *
                                                       static_cast<double>(rows) / table.estimated_rows);
  }

  plan::Plan& plan_;
  catalog::Catalog& catalog_;
  policy::Verdicts& verdicts_;
  const plan::PlanOptions& options_;
  policy::Outcome outcome_;
  Graph graph_;
  Roles roles_;
  std::map<std::size_t, std::map<std::uint64_t, std::set<std::size_t>>> nulls_;  ///< leaf, row, columns
};

}  // namespace

void choose_rows(plan::Plan& plan, catalog::Catalog& catalog, policy::Verdicts& verdicts,
                 const plan::PlanOptions& options, const Connect& connect) {
  try {
    Choice(plan, catalog, verdicts, options).run(connect);
  } catch (const Error& error) {
    if (error.sqlstate().empty()) throw;
    // Of the policy's conditions.
    std::vector<std::string> rules;
    for (const plan::TablePlan& table : plan.tables)
      if (verdicts.tables[table.table].where) rules.push_back(verdicts.tables[table.table].rule);
    const Error shown = policy::without_values(error);
    throw Error(shown.kind(), "cannot find the rows that the policy keeps: " + shown.message())
        .hint(rules.empty() ? shown.hint()
                            : fmt::format("The policy has conditions of its own computed: {}.", join_first(rules)))
        .sqlstate(shown.sqlstate())
        .object(shown.object());
  }
}

}  // namespace pgcoffer::subset
