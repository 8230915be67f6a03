#include "review/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "archive/after_restore.hpp"
#include "dump/describe.hpp"
#include "dump/table_error.hpp"
#include "plan/blame.hpp"
#include "plan/chance.hpp"
#include "plan/check_replacements.hpp"
#include "plan/plan.hpp"
#include "plan/setting_keys.hpp"
#include "policy/environment.hpp"
#include "review/foreign_keys.hpp"
#include "review/json_paths.hpp"
#include "subset/left_behind.hpp"
#include "subset/periods.hpp"
#include "subset/some_nulls.hpp"
#include "subset/subset.hpp"

namespace pgcoffer::review {
namespace {

class Checker {
 public:
  Checker(LiveDatabase& database, const policy::Policy& policy) : database_(database), policy_(policy) {}

  Check run(bool counts) {
    policy::Resolution resolution = policy::examine(policy_, database_.catalog());
    verdicts_ = std::move(resolution.verdicts);
    for (const policy::Refusal& refusal : resolution.refusals) refusals_.add(refusal);
    if (policy_.environment)
      refusals_.attempt([&] { (void)policy::read_environment(*policy_.environment, environment_warnings_); });
    catalog_ = database_.catalog();
    subset::warn_of_left_behind(catalog_, verdicts_);
    refusals_.attempt([&] { policy::apply(verdicts_, catalog_); });
    plan::settle_setting_keys(database_.connection(), catalog_, verdicts_);
    const bool conflict = std::ranges::any_of(refusals_.found(), [](const policy::Refusal& refusal) {
      return refusal.about == policy::Refusal::About::conflict;
    });
    // What else is refused after a conflict may come of it, but for SQL of other rules; warnings of it are shown.
    policy::Refusals later(policy::Refusals::Mode::collected);
    policy::Refusals& refusals = conflict ? later : refusals_;
    refusals.attempt([&] { plan_ = plan::make_plan(catalog_, verdicts_, {}); });
    const std::vector<policy::Refusal> before = refusals_.found();
    try_sql(refusals, before);
    refusals.attempt([&] { subset::refuse_periods(catalog_, verdicts_); });
    const bool count = counts && refusals_.found().empty();
    if (count) refusals_.attempt([&] { choose_rows(); });
    Check check;
    check.policy = policy_.name;
    check.strict = policy_.strict;
    check.uncovered = std::move(resolution.uncovered);
    check.tables = dumping::describe_tables(catalog_, verdicts_, plan_, {});
    check.refusals = refusals_.found();
    check.foreign_keys =
        foreign_key_effects(database_.catalog(), verdicts_, count ? &plan_ : nullptr, database_.connection());
    check.counts.resize(check.tables.size());
    if (count) count_rows(check);
    check.warnings = environment_warnings_;
    check.warnings.insert(check.warnings.end(), verdicts_.warnings.begin(), verdicts_.warnings.end());
    if (count) {
      const auto idle = paths_to_nothing(database_.connection(), catalog_, verdicts_, plan_);
      check.warnings.insert(check.warnings.end(), idle.begin(), idle.end());
    }
    check.warnings.insert(check.warnings.end(), plan_.warnings.begin(), plan_.warnings.end());
    check.after_restore = archive::after_restore_actions(check.tables);
    return check;
  }

 private:
  /// The rules of SQL that the server refuses for a table, but those of which a refusal tells already.
  [[nodiscard]] bool blames_others(const plan::TablePlan& table, const std::vector<policy::Refusal>& told) {
    const auto rules =
        plan::rules_to_blame(database_.connection(), catalog_.tables[table.table], verdicts_.tables[table.table]);
    return std::ranges::any_of(rules, [&](const std::string& rule) {
      const std::string place = rule.substr(0, rule.find(" (column "));
      return std::ranges::none_of(
          told, [&](const policy::Refusal& refusal) { return refusal.remedy.find(place) != std::string::npos; });
    });
  }

  /// The server reads and plans each statement of the policy's own; what it refuses is found table by table.
  void try_sql(policy::Refusals& later, const std::vector<policy::Refusal>& told) {
    pg::Connection& connection = database_.connection();
    const plan::SomeNulls nulls = subset::some_nulls(catalog_, verdicts_);
    for (const plan::TablePlan& table : plan_.tables) {
      plan::Plan one;
      one.tables.push_back(table);
      policy::Refusals refused(policy::Refusals::Mode::collected);
      refused.attempt([&] { plan::check_on_server(connection, one, catalog_, verdicts_); });
      for (const policy::Refusal& refusal : refused.found())
        (blames_others(table, told) ? refusals_ : later).add(refusal);
      if (!refused.found().empty()) continue;
      std::ranges::move(plan::check_replacements(connection, one, catalog_, verdicts_, nulls, later),
                        std::back_inserter(plan_.warnings));
    }
    std::ranges::move(plan::rows_by_chance(connection, plan_, catalog_, verdicts_), std::back_inserter(plan_.warnings));
  }

  /// Which rows foreign keys bring along, as a dump finds them.
  void choose_rows() {
    subset::choose_rows(plan_, catalog_, verdicts_, {},
                        [&](const auto& prepare) -> pg::Connection& { return database_.connect(prepare); });
  }

  void count_rows(Check& check) {
    // Described tables come in the plan's order, and those without rows after them.
    for (std::size_t i = 0; i < plan_.tables.size(); ++i) {
      const QualifiedName& name = catalog_.tables[plan_.tables[i].table].name;
      const auto number = [&](const std::string& from) {
        std::uint64_t rows = 0;
        dumping::with_table(
            display_name(name),
            [&] {
              const pg::Result result =
                  database_.connection().query(fmt::format("SELECT pg_catalog.count(*) AS n FROM {}", from));
              rows = static_cast<std::uint64_t>(result[0]["n"].as_int());
            },
            plan_.tables[i].rules);
        return rows;
      };
      RowCount count;
      count.rows = number("ONLY " + quote_always(name));
      const bool all = check.tables[i].verdict == "keep" && check.tables[i].where.empty();
      const std::optional<plan::Subset>& subset = plan_.tables[i].subset;
      count.kept = subset ? subset->rows
                   : all  ? count.rows
                          : number(fmt::format("({}) AS kept", rows_query(plan_.tables[i])));
      check.counts[i] = count;
    }
  }

  LiveDatabase& database_;
  const policy::Policy& policy_;
  catalog::Catalog catalog_;
  policy::Verdicts verdicts_;
  std::vector<std::string> environment_warnings_;
  policy::Refusals refusals_{policy::Refusals::Mode::collected};
  plan::Plan plan_;
};

}  // namespace

Check check_policy(LiveDatabase& database, const policy::Policy& policy, bool counts) {
  return Checker(database, policy).run(counts);
}

}  // namespace pgcoffer::review
