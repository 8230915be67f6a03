#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "policy/carry.hpp"
#include "policy/checks.hpp"
#include "policy/citext.hpp"
#include "policy/column_sql.hpp"
#include "policy/composites.hpp"
#include "policy/definitions.hpp"
#include "policy/detectors.hpp"
#include "policy/inherited.hpp"
#include "policy/lineage.hpp"
#include "policy/no_personal_data.hpp"
#include "policy/policy.hpp"
#include "policy/redact.hpp"
#include "policy/rules.hpp"
#include "policy/templates.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Catalog;
using catalog::Table;

std::vector<Decision> decide(const Policy& policy, const Catalog& catalog, Refusals& refusals) {
  const Lineage lineage(catalog);
  Rules rules(policy);
  std::vector<Decision> decisions;
  decisions.reserve(catalog.tables.size());
  for (const auto& table : catalog.tables) {
    Decision decision;
    decision.columns.resize(table.columns.size());
    refusals.attempt([&] { decision = rules.decide(table, lineage.above(table)); });
    decisions.push_back(std::move(decision));
  }
  if (!refusals.collects()) rules.refuse_idle(catalog.database.name);
  for (const auto& idle : rules.idle(catalog.database.name))
    refusals.add({Refusal::About::idle_rule, idle.what, idle.remedy + " " + idle.place + "."});
  return decisions;
}

TableVerdict verdict(const Decision& decision) {
  TableVerdict result;
  if (const TableRule* rule = decision.rows) {
    result.action = rule->action;
    result.where = rule->where;
    result.sample = rule->sample;
    result.sample_of = decision.rows_of->oid;
    result.order_by = rule->order_by;
    result.follow = rule->follow;
    result.reason = rule->reason;
    result.after_restore = rule->after_restore;
    result.rule = rule->origin.text;
  }
  if (decision.missing_parent != nullptr) {
    result.on_missing_parent = decision.missing_parent->on_missing_parent;
    result.missing_parent_rule = decision.missing_parent->origin.text;
  }
  result.columns.reserve(decision.columns.size());
  for (const ColumnRule* rule : decision.columns) {
    if (rule == nullptr || result.action != TableAction::keep)
      result.columns.emplace_back();
    else
      result.columns.push_back(
          {rule->action, rule->value, rule->reason, rule->after_restore, rule->origin.text, rule->parameters});
  }
  return result;
}

/// Warns of columns' rules that came to nothing since another rule leaves the table's rows out.
void warn_of_columns_left_out(const Table& table, const Decision& decision, const TableVerdict& verdict,
                              std::vector<std::string>& warnings) {
  const bool said = decision.columns_only != nullptr && !decision.columns_only->columns.empty();
  if (!said || verdict.action == TableAction::keep) return;
  warnings.push_back("table " + table_name(table) + " has rules for its columns (" +
                     decision.columns_only->origin.text + "), but its rows are left out by another rule (" +
                     verdict.rule + "); write \"action\": \"keep\" beside the columns to keep them");
}

/// The table that one end of a declared reference names; its columns must be there.
const Table& end_of_reference(const Catalog& catalog, const QualifiedName& name,
                              const std::vector<std::string>& columns, const std::string& place) {
  const auto table = std::ranges::find(catalog.tables, name, &Table::name);
  if (table == catalog.tables.end() || !stores_rows(*table))
    throw refusal("a reference names table \"" + display_name(name) + "\", which does not exist",
                  "Is the name spelt right? Remove the reference if the table is gone.", place);
  for (const auto& column : columns)
    if (std::ranges::find(table->columns, column, &catalog::Column::name) == table->columns.end())
      throw refusal(
          "a reference names column \"" + column + "\" of table " + table_name(*table) + ", which does not exist",
          "Is the name spelt right? Remove the reference if the column is gone.", place);
  return *table;
}

std::vector<DeclaredReference> declared_references(const Policy& policy, const Catalog& catalog) {
  std::vector<DeclaredReference> result;
  for (const VirtualReference& one : policy.references) {
    const Table& from = end_of_reference(catalog, one.from, one.columns, one.origin.text);
    const Table& to = end_of_reference(catalog, one.to, one.referenced_columns, one.origin.text);
    DeclaredReference reference;
    reference.table = static_cast<std::size_t>(&from - catalog.tables.data());
    reference.key.name = join(one.columns, ", ") + " -> " + display_name(one.to);
    reference.key.table = from.oid;
    reference.key.referenced = to.oid;
    reference.key.columns = one.columns;
    reference.key.referenced_columns = one.referenced_columns;
    result.push_back(std::move(reference));
  }
  return result;
}

/// What `strict` finds uncovered in one table: its own name, or its columns' names.
void uncovered(const Table& table, const Decision& decision, const TableVerdict& verdict,
               std::vector<std::string>& found) {
  if (!table.selected || !stores_rows(table)) return;
  if (!decision.covered && verdict.rule.empty()) {
    found.push_back("table " + table_name(table));
    return;
  }
  if (verdict.action != TableAction::keep) return;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (column.generated == catalog::Generated::no && verdict.columns[i].rule.empty())
      found.push_back("column " + column_name(table, column));
  }
}

std::vector<std::string> uncovered(const Policy& policy, const Catalog& catalog, const std::vector<Decision>& decisions,
                                   const Verdicts& verdicts) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < catalog.tables.size(); ++i)
    uncovered(catalog.tables[i], decisions[i], verdicts.tables[i], found);
  if (!policy.large_objects && !catalog.large_objects.empty())
    found.emplace_back("the database's large objects (field \"large-objects\")");
  return found;
}

void refuse_uncovered(const Policy& policy, const std::vector<std::string>& found, Refusals& refusals) {
  const std::string remedy = "Give it a rule, keep or another, in " + policy.name + ".";
  const auto what = [](const std::string& name) { return name + " has no rule, and the policy is strict"; };
  if (refusals.collects()) {
    for (const auto& name : found) refusals.add({Refusal::About::uncovered, what(name), remedy});
  } else if (!found.empty()) {
    const std::vector<std::string> others(found.begin() + 1, found.end());
    throw refusal(what(found.front()),
                  remedy + (others.empty() ? "" : " Without a rule are also: " + join(others, ", ") + "."), "");
  }
}

/// The built-in policy of that name, and nothing that keeps rows which a sequence would have to go on from.
bool leaves_schema_only(const Policy& policy, const Catalog& catalog, const Verdicts& verdicts) {
  bool keeps_rows = false;
  for (std::size_t i = 0; i < verdicts.tables.size(); ++i)
    keeps_rows = keeps_rows || (stores_rows(catalog.tables[i]) && verdicts.tables[i].action == TableAction::keep);
  return !keeps_rows && std::ranges::any_of(policy.tables, [](const TableRule& rule) {
    return rule.origin.text == built_in_schema_only;
  });
}

/// The verdicts, with refusals thrown or collected on the way.
Resolution decide_all(const Policy& policy, const Catalog& catalog, Refusals& refusals) {
  const auto decisions = decide(policy, catalog, refusals);
  Resolution result;
  Verdicts& verdicts = result.verdicts;
  verdicts.policy = policy.name;
  verdicts.tables.reserve(decisions.size());
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    verdicts.tables.push_back(verdict(decisions[i]));
    if (!catalog.tables[i].selected) continue;
    refusals.attempt([&] { refuse_bare_citext(catalog.tables[i], verdicts.tables[i]); });
    warn_of_columns_left_out(catalog.tables[i], decisions[i], verdicts.tables[i], verdicts.warnings);
    if (verdicts.tables[i].action == TableAction::keep)
      verdicts.warnings.insert(verdicts.warnings.end(), decisions[i].warnings.begin(), decisions[i].warnings.end());
  }
  verdicts.references = declared_references(policy, catalog);
  Outcome outcome(catalog, verdicts);
  for (std::size_t i = 0; i < catalog.tables.size(); ++i)
    for (std::size_t c = 0; c < catalog.tables[i].columns.size(); ++c) {
      auto& column = verdicts.tables[i].columns[c];
      if (column.action != ColumnAction::pseudonym) continue;
      settle_pseudonym(catalog.tables[i].columns[c], column.parameters.edit());
      column.limit = pseudonym_limit(catalog.tables[i].columns[c]);
      column.without_end_blanks = catalog.tables[i].columns[c].base_type == "character";
    }
  if (policy.no_credentials) refusals.attempt([&] { apply_no_credentials(outcome, decisions); });
  // What references a changed key follows it, before it is looked at for what it holds.
  carry_to_references(outcome, decisions, refusals);
  if (policy.no_personal_data) apply_no_personal_data(outcome, decisions, refusals);
  verdicts.large_objects = policy.large_objects.value_or(true);
  if (!verdicts.large_objects && !catalog.large_objects.empty())
    verdicts.warnings.push_back(std::to_string(catalog.large_objects.size()) + " large objects are left out");
  verdicts.sequence_values = !leaves_schema_only(policy, catalog, verdicts);
  result.uncovered = uncovered(policy, catalog, decisions, verdicts);
  if (policy.strict) refuse_uncovered(policy, result.uncovered, refusals);
  check(outcome, refusals);
  check_inherited(policy, outcome, refusals);
  if (policy.no_credentials)
    refusals.attempt([&] { redact_objects(catalog, verdicts); });
  else if (!policy.tables.empty())
    std::ranges::move(told_by_kept_passwords(catalog), std::back_inserter(verdicts.warnings));
  std::ranges::move(told_by_composites(catalog, verdicts, policy.no_credentials, policy.no_personal_data),
                    std::back_inserter(verdicts.warnings));
  std::ranges::move(told_by_templates(catalog, verdicts), std::back_inserter(verdicts.warnings));
  std::ranges::move(told_by_definitions(catalog, verdicts), std::back_inserter(verdicts.warnings));
  // A foreign key of a partitioned table may be told by each of its partitions.
  std::unordered_set<std::string> seen;
  std::erase_if(verdicts.warnings, [&](const std::string& warning) { return !seen.insert(warning).second; });
  return result;
}

}  // namespace

Verdicts resolve(const Policy& policy, const Catalog& catalog) {
  Refusals refusals(Refusals::Mode::thrown);
  return decide_all(policy, catalog, refusals).verdicts;
}

Resolution examine(const Policy& policy, const Catalog& catalog) {
  Refusals refusals(Refusals::Mode::collected);
  Resolution result = decide_all(policy, catalog, refusals);
  result.refusals = refusals.found();
  return result;
}

}  // namespace pgcoffer::policy
