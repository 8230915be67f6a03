#include "policy/parse_rules.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <pgcoffer/error.hpp>

#include "base/pattern.hpp"
#include "base/text.hpp"
#include "policy/criteria.hpp"
#include "policy/parse_actions.hpp"
#include "policy/sql_text.hpp"

namespace pgcoffer::policy {
namespace {

/// The field as a pattern, checked.
template <class Make>
std::string pattern(Fields& fields, std::string_view name, Make make) {
  const auto text = fields.text(name);
  if (!text) return "";
  try {
    (void)make(*text);
  } catch (const Error& error) {
    fields.problem(name, error.message(), error.hint());
  }
  return *text;
}

void reason(Fields& fields, bool needed, std::string& reason, std::string& after_restore) {
  if (needed && !fields.has("reason"))
    fields.problem(fields.place(), "a rule that changes or leaves out something has no field \"reason\"",
                   "Add the field.");
  reason = fields.text_or_empty("reason");
  after_restore = fields.text_or_empty("after-restore");
}

std::string detector(Fields& fields) {
  const auto name = fields.text("detector");
  const auto known = detector_names();
  if (name && std::ranges::find(known, *name) == known.end())
    fields.problem("detector", "detector \"" + *name + "\" is unknown", "The detectors are " + join(known, ", ") + ".");
  return name.value_or("");
}

std::optional<Sample> sample(Fields& fields, Problems& problems, const std::string& file) {
  const Json* json = fields.find("sample");
  if (json == nullptr) return std::nullopt;
  Fields inner(problems, file, *json, "a sample", {"percent", "rows", "seed"});
  if (json->type != Json::Type::object) return std::nullopt;
  Sample sample;
  sample.percent = inner.number("percent", 0, 100);
  sample.rows = inner.integer("rows", 1, std::numeric_limits<long long>::max());
  sample.seed =
      inner.integer("seed", std::numeric_limits<long long>::min(), std::numeric_limits<long long>::max()).value_or(0);
  if (inner.has("percent") == inner.has("rows"))
    inner.problem(inner.place(), "a sample needs either \"percent\" or \"rows\"", "Give one of the two.");
  return sample;
}

void follow(Fields& fields, TableRule& rule) {
  const auto text = fields.word("follow", {"children", "parents", "both"}, "a table");
  for (const auto known : {Follow::children, Follow::parents, Follow::both})
    if (text && to_string(known) == *text) rule.follow = known;
  if (text && !rule.where && !rule.sample)
    fields.problem("follow", "field \"follow\" stands without \"where\" and \"sample\"",
                   "Say with one of them at which rows to start.");
  const auto word = fields.word("on-missing-parent", {"error", "filter", "null", "leave"}, "a table");
  for (const auto known : {MissingParent::error, MissingParent::filter, MissingParent::null, MissingParent::leave})
    if (word && to_string(known) == *word) rule.on_missing_parent = known;
}

/// One end of a reference, as SQL writes it: schema.table(a, b).
struct End {
  QualifiedName table;
  std::vector<std::string> columns;
};

std::optional<End> end_of_reference(const std::string& text) {
  const auto tokens = sql_tokens(text);
  if (!tokens || tokens->size() < 6 || tokens->size() % 2 != 0) return std::nullopt;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < tokens->size(); ++i) {
    const SqlToken& token = (*tokens)[i];
    const std::string_view wanted = i == 1 ? "." : i == 3 ? "(" : i + 1 == tokens->size() ? ")" : ",";
    if (i % 2 == 1 ? !token.is(SqlToken::Type::symbol, wanted) : !token.is_name()) return std::nullopt;
    if (i % 2 == 0) names.push_back(token.text);
  }
  return End{{names[0], names[1]}, {names.begin() + 2, names.end()}};
}

std::optional<End> end_of_reference(Fields& fields, std::string_view name) {
  if (fields.required(name) == nullptr) return std::nullopt;
  const auto text = fields.text(name);
  if (!text) return std::nullopt;
  auto end = end_of_reference(*text);
  if (!end)
    fields.problem(name, "\"" + *text + "\" does not name columns of a table",
                   "Write schema.table(column, column), with double quotes around names that SQL wants quoted.");
  return end;
}

}  // namespace

VirtualReference RuleReader::reference(const Json& json) const {
  Fields fields(problems_, file_, json, "a reference", {"from", "to"});
  VirtualReference reference;
  reference.origin.text = to_string(file_, json.place);
  if (json.type != Json::Type::object) return reference;
  const auto from = end_of_reference(fields, "from");
  const auto to = end_of_reference(fields, "to");
  if (!from || !to) return reference;
  if (from->columns.size() != to->columns.size())
    fields.problem("to", "a reference has another number of columns at its two ends", "Name as many on both sides.");
  reference.from = from->table;
  reference.columns = from->columns;
  reference.to = to->table;
  reference.referenced_columns = to->columns;
  return reference;
}

TableRule RuleReader::table_rule(const Json& json) const {
  Fields fields(problems_, file_, json, "a table's rule",
                {"table", "tag", "detector", "action", "where", "sample", "order-by", "follow", "on-missing-parent",
                 "columns", "reason", "after-restore", "optional"});
  TableRule rule;
  rule.origin.text = to_string(file_, json.place);
  if (json.type != Json::Type::object) return rule;
  if (!fields.has("tag") && !fields.has("detector")) (void)fields.required("table");
  rule.table = pattern(fields, "table", &Pattern::for_relation);
  rule.tag = fields.text_or_empty("tag");
  rule.detector = detector(fields);
  if (!rule.detector.empty() && !finds_tables(rule.detector))
    fields.problem("detector", "detector \"" + rule.detector + "\" finds columns, not tables",
                   "Put the rule into \"columns\".");
  if (const auto action = fields.word("action", {"keep", "exclude", "exclude-rows"}, "a table")) {
    rule.action_given = true;
    for (const auto known : {TableAction::exclude, TableAction::exclude_rows})
      if (to_string(known) == *action) rule.action = known;
  }
  rule.where = fields.text("where");
  if (rule.where) require_whole_expression(fields, "where", *rule.where);
  rule.sample = sample(fields, problems_, file_);
  rule.order_by = fields.text_or_empty("order-by");
  if (!rule.order_by.empty()) require_whole_expression(fields, "order-by", rule.order_by);
  follow(fields, rule);
  rule.optional = fields.boolean("optional", false);
  reason(fields, rule.action != TableAction::keep, rule.reason, rule.after_restore);
  fields.items("columns", [&](const Json& column) { rule.columns.push_back(column_rule(column)); });
  const bool about_rows = fields.has("where") || fields.has("sample") || fields.has("order-by") || fields.has("follow");
  if (rule.action != TableAction::keep && (about_rows || !rule.columns.empty()))
    fields.problem(json.place,
                   "table \"" + rule.table + "\" has action " + std::string(to_string(rule.action)) +
                       ", and beside it rules for its rows or columns",
                   "Rows that are left out cannot be filtered or changed: remove \"action\", or what is about rows and "
                   "columns.");
  if (!fields.has("action") && !about_rows && !rule.on_missing_parent && rule.columns.empty() && !fields.has_unknown())
    fields.problem(json.place, "the rule for table \"" + rule.table + "\" says nothing",
                   "Give it an action (keep, exclude, exclude-rows), a \"where\" or \"columns\".");
  return rule;
}

Environment RuleReader::environment(const Json& json) const {
  Fields fields(problems_, file_, json, "\"environment\"", {"file", "include", "exclude", "mask", "show"});
  Environment rules;
  rules.origin.text = to_string(file_, json.place);
  if (json.type != Json::Type::object) return rules;
  if (const auto name = fields.text("file")) rules.file = (std::filesystem::path(file_).parent_path() / *name).string();
  (void)fields.required("include");
  rules.include = fields.texts("include");
  rules.exclude = fields.texts("exclude");
  rules.mask = fields.texts("mask");
  rules.show = fields.texts("show");
  return rules;
}

TableRule RuleReader::rule_for_any_table(const Json& json) const {
  TableRule rule;
  rule.table = "*";
  rule.columns.push_back(column_rule(json));
  rule.origin = rule.columns.front().origin;
  rule.optional = true;
  return rule;
}

ColumnRule RuleReader::column_rule(const Json& json) const {
  Fields fields(
      problems_, file_, json, "a column's rule",
      {"column",      "type",   "tag",    "detector", "action", "value",         "sql",     "keep-start", "keep-end",
       "keep-domain", "with",   "amount", "percent",  "days",   "seed",          "by",      "paths",      "length",
       "to",          "format", "min",    "max",      "reason", "after-restore", "optional"});
  ColumnRule rule;
  rule.origin.text = to_string(file_, json.place);
  if (json.type != Json::Type::object) return rule;
  if (!fields.has("type") && !fields.has("tag") && !fields.has("detector")) (void)fields.required("column");
  rule.column = pattern(fields, "column", &Pattern::for_name);
  rule.type = pattern(fields, "type", &TypePattern::parse);
  rule.tag = fields.text_or_empty("tag");
  rule.detector = detector(fields);
  rule.optional = fields.boolean("optional", false);
  read_action(fields, rule);
  reason(fields, rule.action != ColumnAction::keep, rule.reason, rule.after_restore);
  return rule;
}

}  // namespace pgcoffer::policy
