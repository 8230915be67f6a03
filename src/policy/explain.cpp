#include "policy/explain.hpp"

#include "policy/criteria.hpp"
#include "policy/lineage.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

/// Why the second gives way to the first (schema/POLICY.md, "Which rule wins").
std::string why_it_loses(const Rules::Contender& winner, const Rules::Contender& loser) {
  const auto& [layer, by_table, nearness, by_column] = winner.rank;
  const auto& [other_layer, other_table, other_nearness, other_column] = loser.rank;
  if (loser.column == nullptr && !speaks_of_rows(*loser.table) && speaks_of_rows(*winner.table))
    return "only lists columns, and gives way to a rule that speaks of the rows";
  if (layer != other_layer) return "gives way to the policy that extends its own, or to one that is extended later";
  if (by_table != other_table) return "gives way to a rule that says more exactly which table";
  if (nearness != other_nearness)
    return nearness == 0 ? "is for the partitioned table, and gives way to the rule for this partition"
                         : "is for a partitioned table further above, and gives way to the rule for a nearer one";
  if (by_column != other_column) return "gives way to a rule that says more exactly which column";
  return "is as specific, and says the same";
}

Explanation::Rule described(const Rules::Contender& contender, std::string outcome) {
  if (const ColumnRule* rule = contender.column)
    return {std::string(to_string(rule->action)), rule->reason, rule->origin.text, std::move(outcome)};
  const TableRule& rule = *contender.table;
  const bool filtered = rule.where || rule.sample;
  return {filtered ? "where" : std::string(to_string(rule.action)), rule.reason, rule.origin.text, std::move(outcome)};
}

std::vector<std::string> detectors(const Table& table, const QualifiedName& name, const Column* column) {
  std::vector<std::string> result;
  for (const std::string& detector : detector_names()) {
    if (detector.find(':') == std::string::npos) continue;
    const bool found = column == nullptr ? finds_tables(detector) && detects_rows(detector, table, name)
                                         : detects(detector, table, name, *column);
    if (found) result.push_back(detector);
  }
  return result;
}

void add_verdict(Explanation& explanation, const TableVerdict& table, std::optional<std::size_t> column) {
  explanation.verdict = table.action == TableAction::keep && table.filtered() ? "where" : to_string(table.action);
  explanation.how = table.where.value_or("");
  if (table.sample) explanation.how += (explanation.how.empty() ? "sample " : ", sample ") + to_string(*table.sample);
  explanation.reason = table.reason;
  explanation.after_restore = table.after_restore;
  explanation.decided_by = table.rule;
  if (!column || table.action != TableAction::keep) return;
  const ColumnVerdict& verdict = table.columns[*column];
  explanation.verdict = to_string(verdict.action);
  explanation.how = describe(verdict);
  explanation.reason = verdict.reason;
  explanation.after_restore = verdict.after_restore;
  explanation.decided_by = verdict.rule;
}

}  // namespace

Explanation explain(const Policy& policy, const catalog::Catalog& catalog, const Resolution& resolution,
                    std::size_t index, std::optional<std::size_t> column) {
  const Table& table = catalog.tables[index];
  const auto above = Lineage(catalog).above(table);
  const Column* about = column ? &table.columns[*column] : nullptr;
  Explanation result;
  result.object = display_name(table.name) + (about == nullptr ? "" : "." + quote_ident(about->name));
  add_verdict(result, resolution.verdicts.tables[index], column);
  result.detectors = detectors(table, known_name(table, above), about);
  Rules rules(policy);
  const auto contenders = rules.contenders(table, above, about);
  for (const auto& contender : contenders) {
    if (&contender != &contenders.front()) {
      result.rules.push_back(described(contender, why_it_loses(contenders.front(), contender)));
      continue;
    }
    Explanation::Rule first = described(contender, "decides");
    if (first.place != result.decided_by) first.outcome = "would decide, but the rows are decided by another rule";
    result.rules.push_back(std::move(first));
  }
  return result;
}

}  // namespace pgcoffer::policy
