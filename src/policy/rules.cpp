#include "policy/rules.hpp"

#include <algorithm>
#include <functional>
#include <pgcoffer/error.hpp>

#include "policy/lineage.hpp"

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

/// The rule by what it looks for: "auth.users", or tag "privacy: secret".
template <class Rule>
std::string called(const Rule& rule, const std::string& pattern, const std::string& type) {
  std::vector<std::string> words;
  if (!pattern.empty()) words.push_back('"' + pattern + '"');
  if (!type.empty()) words.push_back("type \"" + type + '"');
  if (!rule.tag.empty()) words.push_back("tag \"" + rule.tag + '"');
  if (!rule.detector.empty()) words.push_back("detector \"" + rule.detector + '"');
  return join(words, " with ");
}

std::string called(const TableRule& rule) {
  return called(rule, rule.table, "");
}

std::string called(const ColumnRule& rule) {
  return called(rule, rule.column, rule.type);
}

bool differ(const TableRule& one, const TableRule& other) {
  return one.action != other.action || one.where != other.where || one.sample != other.sample ||
         one.order_by != other.order_by || one.follow != other.follow;
}

bool differ(const ColumnRule& one, const ColumnRule& other) {
  return one.action != other.action || one.value != other.value || one.parameters != other.parameters;
}

Error tie(const std::string& what, const std::string& first, const std::string& second) {
  return refusal("two equally specific rules disagree on " + what + ": " + first + " and " + second,
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

bool speaks_of_rows(const TableRule& rule) {
  return rule.action_given || rule.where || rule.sample || !rule.order_by.empty();
}

bool stores_rows(const catalog::Table& table) {
  return table.relkind == 'r' || table.relkind == 'p' || (table.relkind == 'f' && table.rows_selected);
}

std::vector<const catalog::Column*> changed_with(const catalog::Table& table, const catalog::Column& column) {
  std::vector<const catalog::Column*> result = {&column};
  for (const auto& other : table.columns)
    if (std::ranges::find(other.computed_from, column.attnum) != other.computed_from.end()) result.push_back(&other);
  return result;
}

bool not_to_be_null(const catalog::Column& column, const catalog::Column& changed, bool in_key) {
  return changed.not_null || (&changed != &column && in_key && !changed.null_of_null);
}

Rules::Rules(const Policy& policy) {
  for (const auto& rule : policy.tables) {
    Rule compiled;
    compiled.rule = &rule;
    if (!rule.table.empty()) compiled.pattern = Pattern::for_relation(rule.table);
    const bool exact = compiled.pattern && compiled.pattern->name_breadth() == Pattern::Breadth::exact;
    compiled.exact = exact;
    const int by_name = compiled.pattern ? specificity(*compiled.pattern) : 0;
    // A tag is less than an exact name (6 and more) and more than a pattern; a detector is more than nothing.
    compiled.specificity = 4 * by_name + (rule.tag.empty() ? 0 : 2) + (rule.detector.empty() ? 0 : 1);
    if (!exact && !rule.tag.empty()) compiled.specificity = 4 * 5 + 2 + (by_name > 0 ? 1 : 0);
    for (const auto& column : rule.columns) compiled.columns.push_back({&column, ColumnCriteria(column), false});
    rules_.push_back(std::move(compiled));
  }
}

bool Rules::matches(const Rule& rule, const catalog::Table& table) {
  return (!rule.pattern || rule.pattern->matches(table.name)) &&
         (rule.rule->tag.empty() || has_tag(table.comment, rule.rule->tag)) &&
         (rule.rule->detector.empty() || detects_rows(rule.rule->detector, table, table.name));
}

std::optional<Rules::Match> Rules::match(Rule& rule, const catalog::Table& table, const Above& above) {
  std::optional<Match> result;
  if (matches(rule, table)) result = Match{&rule, 0, &table};
  int nearness = 0;
  for (const catalog::Table* one : above) {
    --nearness;
    if (!matches(rule, *one)) continue;
    if (!result) result = Match{&rule, nearness, one};
    result->topmost = one;
  }
  return result;
}

std::vector<Rules::Match> Rules::matches(const catalog::Table& table, const Above& above) {
  std::vector<Match> result;
  for (auto& rule : rules_) {
    const auto found = match(rule, table, above);
    if (!found) continue;
    // A view has no rows of its own: of wildcard rules it only takes whether it is to be there at all.
    const TableRule& said = *rule.rule;
    const bool about_rows = said.action == TableAction::exclude_rows || said.where || said.sample ||
                            !said.order_by.empty() || !said.columns.empty() || said.on_missing_parent;
    if (about_rows && !stores_rows(table)) {
      if (!rule.exact) continue;
      rule.matched = true;
      for (auto& column : rule.columns) column.matched = true;
      throw refusal("rule for " + table_name(table) + " is about rows, and it is not a table with rows of its own",
                    table.relkind == 'f'
                        ? "Its rows are dumped with --include-foreign-data only: leave out the rule, or exclude it."
                        : "Write rules for the tables that the view reads, or exclude it altogether.",
                    said.origin.text);
    }
    rule.matched = true;
    result.push_back(*found);
  }
  return result;
}

std::vector<Rules::Contender> Rules::about_rows(const std::vector<Match>& matches) {
  std::vector<Contender> result;
  for (const auto& match : matches) {
    const TableRule& rule = *match.rule->rule;
    if (speaks_of_rows(rule) || match.rule->exact)
      result.push_back({&rule, nullptr, Rank(rule.layer, match.rule->specificity, match.nearness, 0), match.topmost});
  }
  std::ranges::stable_sort(result, [](const Contender& one, const Contender& other) {
    const bool more = speaks_of_rows(*one.table);
    return more != speaks_of_rows(*other.table) ? more : one.rank > other.rank;
  });
  return result;
}

const TableRule* Rules::missing_parent_rule(const catalog::Table& table, const std::vector<Match>& matches) {
  const TableRule* best = nullptr;
  Rank best_rank;
  for (const auto& match : matches) {
    const TableRule& rule = *match.rule->rule;
    if (!rule.on_missing_parent) continue;
    const Rank rank(rule.layer, match.rule->specificity, match.nearness, 0);
    if (best == nullptr || rank > best_rank) {
      best = &rule;
      best_rank = rank;
    } else if (rank == best_rank && rule.on_missing_parent != best->on_missing_parent) {
      throw tie("missing parents of table " + table_name(table), best->origin.text, rule.origin.text);
    }
  }
  return best;
}

std::vector<Rules::Contender> Rules::about_column(const catalog::Table& table, const QualifiedName& name,
                                                  const catalog::Column& column, const std::vector<Match>& matches) {
  std::vector<Contender> result;
  for (const auto& match : matches) {
    for (auto& candidate : match.rule->columns) {
      if (!candidate.criteria.matches(table, name, column)) continue;
      candidate.matched = true;
      const ColumnRule& rule = *candidate.rule;
      // A wildcard may cover generated columns; they are computed anew from what the rules leave.
      if (column.generated != catalog::Generated::no && !candidate.criteria.exact() &&
          rule.action != ColumnAction::keep)
        continue;
      const TableRule& of = *match.rule->rule;
      result.push_back({&of, &rule,
                        Rank(of.layer, match.rule->specificity, match.nearness, candidate.criteria.specificity()),
                        match.topmost});
    }
  }
  std::ranges::stable_sort(result, std::greater<>(), &Contender::rank);
  return result;
}

const ColumnRule* Rules::about_elements(const catalog::Table& table, const QualifiedName& name,
                                        const catalog::Column& column, const std::vector<Match>& matches) {
  for (const auto& match : matches)
    for (const auto& candidate : match.rule->columns)
      if (candidate.rule->action != ColumnAction::keep && candidate.criteria.matches_elements(table, name, column))
        return candidate.rule;
  return nullptr;
}

std::vector<Rules::Contender> Rules::contenders(const catalog::Table& table, const Above& above,
                                                const catalog::Column* column) {
  const auto found = matches(table, above);
  return column == nullptr ? about_rows(found)
                           : about_column(table, known_name(table, above), with_comments_above(*column, above), found);
}

Decision Rules::decide(const catalog::Table& table, const Above& above) {
  const auto found = matches(table, above);
  Decision decision;
  decision.covered = !found.empty();
  if (found.empty()) {
    decision.columns.resize(table.columns.size());
    return decision;
  }
  const auto about_table = about_rows(found);
  if (!about_table.empty()) {
    decision.rows = about_table.front().table;
    decision.rows_of = about_table.front().of;
  }
  for (const auto& other : about_table) {
    if (!speaks_of_rows(*other.table) && std::get<2>(other.rank) == 0 && decision.columns_only == nullptr)
      decision.columns_only = other.table;
    if (other.rank == about_table.front().rank && speaks_of_rows(*other.table) && differ(*other.table, *decision.rows))
      throw tie("table " + table_name(table), decision.rows->origin.text, other.table->origin.text);
  }
  decision.missing_parent = missing_parent_rule(table, found);
  // Partitions are judged by the name that people chose.
  const QualifiedName& name = known_name(table, above);
  std::optional<Error> refused;  // when all columns are looked at: a rule that matches only here matches something
  for (const auto& column : table.columns) {
    const auto about = about_column(table, name, with_comments_above(column, above), found);
    decision.columns.push_back(about.empty() ? nullptr : about.front().column);
    if (const auto* rule = about.empty() ? about_elements(table, name, column, found) : nullptr)
      decision.warnings.push_back("column " + column_name(table, column) + " is of type " + column.type +
                                  ", of whose elements a rule speaks, but not of arrays of them: it has no rule (" +
                                  rule->origin.text + ")");
    for (const auto& other : about)
      if (!refused && other.rank == about.front().rank && differ(*other.column, *about.front().column))
        refused =
            tie("column " + column_name(table, column), about.front().column->origin.text, other.column->origin.text);
  }
  if (refused) throw Error(*refused);
  return decision;
}

std::vector<Rules::Idle> Rules::idle(const std::string& database) const {
  const std::string nothing = " matches nothing" + (database.empty() ? "" : " in database \"" + database + "\"");
  const std::string other = database.empty() ? "" : "Is that the right database (-d)? ";
  std::vector<Idle> result;
  for (const auto& rule : rules_) {
    if (!rule.matched && !rule.rule->optional)
      result.push_back(
          {"rule for table " + called(*rule.rule) + nothing,
           other + "Is the name spelt right, with its schema? Remove the rule if the table is gone, or make it "
                   "\"optional\".",
           rule.rule->origin.text});
    if (!rule.matched && !rule.rule->optional) continue;
    for (const auto& column : rule.columns)
      if (!column.matched && !column.rule->optional)
        result.push_back(
            {"rule for column " + called(*column.rule) + " of table " + called(*rule.rule) + nothing,
             other + "Is the name spelt right? Remove the rule if the column is gone, or make it \"optional\".",
             column.rule->origin.text});
  }
  return result;
}

void Rules::refuse_idle(const std::string& database) const {
  const auto rules = idle(database);
  if (rules.empty()) return;
  std::vector<std::string> others;
  for (std::size_t i = 1; i < rules.size(); ++i) others.push_back(rules[i].what + " (" + rules[i].place + ")");
  const Idle& first = rules.front();
  throw Error(Kind::policy, "policy refuses: " + first.what)
      .hint(first.remedy + " " + first.place + "." + (others.empty() ? "" : " Also: " + join(others, "; ") + "."));
}

}  // namespace pgcoffer::policy
