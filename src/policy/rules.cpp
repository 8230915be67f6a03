#include "policy/rules.hpp"

#include <pgcoffer/error.hpp>

namespace pgcoffer::policy {
namespace {

/// 0 for patterns that match everything, 2 for exact names.
int specificity(Pattern::Breadth breadth) {
  switch (breadth) {
    case Pattern::Breadth::everything:
      return 0;
    case Pattern::Breadth::some:
      return 1;
    case Pattern::Breadth::exact:
      return 2;
  }
  return 0;
}

/// The name counts before the schema.
int specificity(const Pattern& pattern) {
  return 3 * specificity(pattern.name_breadth()) + specificity(pattern.schema_breadth());
}

/// A name that needs quotes of its own gets no others around them.
std::string quoted(const std::string& name) {
  return name.find('"') == std::string::npos ? '"' + name + '"' : name;
}

[[noreturn]] void refuse_tie(const std::string& what, const std::string& first, const std::string& second) {
  throw refusal("two equally specific rules disagree on " + what + ": " + first + " and " + second,
                "Remove one of them, or name the schema, table or column more exactly in the one that is to win.", "");
}

}  // namespace

Error refusal(const std::string& what, const std::string& remedy, const std::string& place) {
  return Error(Kind::policy, "policy refuses: " + what).hint(place.empty() ? remedy : remedy + " " + place + ".");
}

std::string table_name(const catalog::Table& table) {
  return quoted(display_name(table.name));
}

std::string column_name(const catalog::Table& table, const catalog::Column& column) {
  return quoted(display_name(table.name) + '.' + quote_ident(column.name));
}

bool stores_rows(const catalog::Table& table) {
  return table.relkind == 'r' || table.relkind == 'p';
}

Rules::Rules(const Policy& policy) {
  for (const auto& rule : policy.tables) {
    Rule compiled{&rule, Pattern::for_relation(rule.table), {}, false};
    for (const auto& column : rule.columns)
      compiled.columns.push_back({&column, Pattern::for_name(column.column), false});
    rules_.push_back(std::move(compiled));
  }
}

std::vector<Rules::Match> Rules::matches(const catalog::Table& table, const catalog::Table* root) {
  std::vector<Match> result;
  for (auto& rule : rules_) {
    const bool direct = rule.pattern.matches(table.name);
    if (!direct && (root == nullptr || !rule.pattern.matches(root->name))) continue;
    // A view has no rows of its own: of wildcard rules it only takes whether it is to be there at all.
    const bool about_rows =
        rule.rule->action == TableAction::exclude_rows || rule.rule->where || !rule.rule->columns.empty();
    if (about_rows && !stores_rows(table)) {
      if (rule.pattern.name_breadth() != Pattern::Breadth::exact) continue;
      throw refusal("rule for " + table_name(table) + " is about rows, and it is not a table with rows of its own",
                    "Write rules for the tables that the view reads, or exclude it altogether.",
                    rule.rule->origin.text);
    }
    rule.matched = true;
    result.push_back({&rule, direct});
  }
  return result;
}

const TableRule* Rules::rows_rule(const catalog::Table& table, const std::vector<Match>& matches) {
  const TableRule* best = nullptr;
  Rank best_rank;
  for (const auto& match : matches) {
    const TableRule& rule = *match.rule->rule;
    const bool exact = match.rule->pattern.name_breadth() == Pattern::Breadth::exact;
    if (!rule.action_given && !rule.where && !exact) continue;
    const Rank rank(rule.layer, specificity(match.rule->pattern), match.direct, 0);
    // A rule that only lists columns keeps the rows, but does not contradict another that says more.
    const auto says_more = [](const TableRule& one) { return one.action_given || one.where; };
    if (best == nullptr || rank > best_rank || (rank == best_rank && says_more(rule) && !says_more(*best))) {
      best = &rule;
      best_rank = rank;
    } else if (rank == best_rank && says_more(rule) && (rule.action != best->action || rule.where != best->where)) {
      refuse_tie("table " + table_name(table), best->origin.text, rule.origin.text);
    }
  }
  return best;
}

const ColumnRule* Rules::column_rule(const catalog::Table& table, const catalog::Column& column,
                                     const std::vector<Match>& matches) {
  const ColumnRule* best = nullptr;
  Rank best_rank;
  for (const auto& match : matches) {
    for (auto& candidate : match.rule->columns) {
      if (!candidate.pattern.matches(column.name)) continue;
      candidate.matched = true;
      const ColumnRule& rule = *candidate.rule;
      // A wildcard may cover generated columns; they are computed anew from what the rules leave.
      const bool exact = candidate.pattern.name_breadth() == Pattern::Breadth::exact;
      if (column.generated != catalog::Generated::no && !exact && rule.action != ColumnAction::keep) continue;
      const Rank rank(match.rule->rule->layer, specificity(match.rule->pattern), match.direct,
                      specificity(candidate.pattern.name_breadth()));
      if (best == nullptr || rank > best_rank) {
        best = &rule;
        best_rank = rank;
      } else if (rank == best_rank && (rule.action != best->action || rule.value != best->value)) {
        refuse_tie("column " + column_name(table, column), best->origin.text, rule.origin.text);
      }
    }
  }
  return best;
}

Decision Rules::decide(const catalog::Table& table, const catalog::Table* root) {
  const auto found = matches(table, root);
  Decision decision;
  decision.covered = !found.empty();
  decision.rows = rows_rule(table, found);
  for (const auto& column : table.columns) decision.columns.push_back(column_rule(table, column, found));
  return decision;
}

void Rules::refuse_idle() const {
  for (const auto& rule : rules_) {
    if (!rule.matched)
      throw refusal("rule for table \"" + rule.rule->table + "\" matches nothing",
                    "Is the name spelt right, with its schema? Remove the rule if the table is gone.",
                    rule.rule->origin.text);
    for (const auto& column : rule.columns)
      if (!column.matched)
        throw refusal(
            "rule for column \"" + column.rule->column + "\" of table \"" + rule.rule->table + "\" matches nothing",
            "Is the name spelt right? Remove the rule if the column is gone.", column.rule->origin.text);
  }
}

}  // namespace pgcoffer::policy
