#include "policy/parse_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <pgcoffer/error.hpp>

#include "base/pattern.hpp"
#include "base/text.hpp"
#include "policy/criteria.hpp"
#include "policy/json_path.hpp"
#include "policy/sql_text.hpp"

namespace pgcoffer::policy {
namespace {

constexpr long long most = std::numeric_limits<int>::max();

/// The fields that an action takes beside those of every rule.
struct OfAction {
  ColumnAction action;
  std::initializer_list<std::string_view> fields;
};
const std::array of_actions{
    OfAction{ColumnAction::keep, {}},
    OfAction{ColumnAction::omit, {}},
    OfAction{ColumnAction::null, {}},
    OfAction{ColumnAction::constant, {"value"}},
    OfAction{ColumnAction::sql, {"sql"}},
    OfAction{ColumnAction::mask, {"keep-start", "keep-end", "keep-domain", "with"}},
    OfAction{ColumnAction::sha256, {}},
    OfAction{ColumnAction::noise, {"amount", "percent", "seed", "by"}},
    OfAction{ColumnAction::date_shift, {"days", "seed", "by"}},
    OfAction{ColumnAction::redact_json, {"paths", "value"}},
    OfAction{ColumnAction::truncate, {"length", "to"}},
    OfAction{ColumnAction::pseudonym, {"format", "keep-domain", "min", "max"}},
};

std::string list(std::initializer_list<std::string_view> names) {
  return join(std::vector<std::string>(names.begin(), names.end()), ", ");
}

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

ColumnAction column_action(Fields& fields) {
  if (fields.required("action") == nullptr) return ColumnAction::keep;
  const auto text = fields.text("action");
  std::vector<std::string> names;
  for (const auto& one : of_actions) {
    if (text && to_string(one.action) == *text) return one.action;
    names.emplace_back(to_string(one.action));
  }
  if (text)
    fields.problem("action", "action \"" + *text + "\" is unknown for a column",
                   "The actions for columns are " + join(names, ", ") + ".");
  return ColumnAction::keep;
}

/// SQL stands in parentheses where it is put: what closes them would change more than it says.
void whole_expression(Fields& fields, std::string_view field, const std::string& sql) {
  const auto tokens = sql_tokens(sql);
  bool whole = tokens.has_value();
  int depth = 0;
  for (const SqlToken& token : tokens.value_or(SqlTokens())) {
    if (token.is(SqlToken::Type::symbol, "(")) ++depth;
    if (token.is(SqlToken::Type::symbol, ")")) --depth;
    whole = whole && depth >= 0;
  }
  if (whole && depth == 0) return;
  fields.problem(field, fmt::format("field \"{}\" is not one whole expression: {}", field, sql),
                 "Close the parentheses and quotes that it opens, and no others.");
}

/// Fields of other actions; true when there are none.
void refuse_others(Fields& fields, ColumnAction action) {
  const auto own = std::ranges::find(of_actions, action, &OfAction::action)->fields;
  std::vector<std::string_view> seen;
  for (const auto& one : of_actions)
    for (const auto name : one.fields) {
      if (!fields.has(name) || std::ranges::find(own, name) != own.end() || std::ranges::find(seen, name) != seen.end())
        continue;
      seen.push_back(name);
      fields.problem(
          name, fmt::format("field \"{}\" stands beside action {}", name, to_string(action)),
          own.size() == 0 ? "This action takes no field of its own." : "This action takes " + list(own) + ".");
    }
}

std::string constant(Fields& fields) {
  const Json* value = fields.required("value");
  if (value == nullptr) return "";
  if (value->type == Json::Type::null) {
    fields.problem("value", "field \"value\" is null", "Use action null instead of a constant.");
  } else if (value->type == Json::Type::array || value->type == Json::Type::object) {
    fields.problem("value", "field \"value\" is " + std::string(to_string(value->type)),
                   "Write it as PostgreSQL reads it, in a string, such as \"{1,2}\" or \"{\\\"a\\\": 1}\".");
  } else if (value->type == Json::Type::string) {
    return fields.any_text("value").value_or("");
  }
  return value->text;
}

void mask(Fields& fields, Parameters& told) {
  told.keep_start = static_cast<int>(fields.integer("keep-start", 0, most).value_or(0));
  told.keep_end = static_cast<int>(fields.integer("keep-end", 0, most).value_or(0));
  told.keep_domain = fields.boolean("keep-domain", false);
  told.with = fields.text("with").value_or("*");
}

void seed(Fields& fields, Parameters& told) {
  told.seed = fields.text("seed");
  told.by = fields.text_or_empty("by");
  if (!told.by.empty() && !told.seed)
    fields.problem("by", "field \"by\" stands without \"seed\"",
                   "Add a \"seed\": rows with the same value get the same change by it.");
}

void noise(Fields& fields, Parameters& told) {
  told.amount = fields.number("amount", 0, 1e300);
  told.percent = fields.number("percent", 0, 1e6);
  if (fields.has("amount") == fields.has("percent"))
    fields.problem(fields.place(), "action noise needs either \"amount\" or \"percent\"", "Give one of the two.");
  seed(fields, told);
}

void redact_json(Fields& fields, Parameters& told) {
  if (fields.required("paths") != nullptr) {
    told.paths = fields.texts("paths");
    if (told.paths.empty()) fields.problem("paths", "field \"paths\" is empty", "Name what is to be redacted.");
  }
  for (const auto& path : told.paths)
    if (!json_path(path))
      fields.problem("paths", "path \"" + path + "\" is malformed",
                     "Write keys with dots between, in double quotes where they hold a dot or * or are a number: "
                     "user.tokens.\"a.b\"; * is any key, and arrays are gone through without an index.");
  const Json* value = fields.find("value");
  if (value == nullptr) return;
  if (value->type == Json::Type::string)
    told.replacement = json_string(value->text);
  else if (value->type == Json::Type::array || value->type == Json::Type::object)
    fields.problem("value", "field \"value\" is " + std::string(to_string(value->type)),
                   "Give a string, a number, a boolean or null; without \"value\" the keys are removed.");
  else
    told.replacement = value->type == Json::Type::null ? "null" : value->text;
}

void truncate(Fields& fields, Parameters& told) {
  told.length = static_cast<int>(fields.integer("length", 0, most).value_or(0));
  told.unit = fields
                  .word("to",
                        {"millennium", "century", "decade", "year", "quarter", "month", "week", "day", "hour", "minute",
                         "second"},
                        "truncate")
                  .value_or("");
  if (fields.has("length") == fields.has("to"))
    fields.problem(fields.place(), "action truncate needs either \"length\" or \"to\"",
                   "Give \"length\" for text, bytes and addresses, \"to\" for dates and times.");
}

void pseudonym(Fields& fields, Parameters& told) {
  constexpr long long largest = std::numeric_limits<long long>::max();
  told.format = fields
                    .word("format", {"text", "email", "phone", "uuid", "integer", "first-name", "last-name", "name"},
                          "pseudonyms")
                    .value_or("");
  told.keep_domain = fields.boolean("keep-domain", false);
  told.lowest = fields.integer("min", -largest / 2, largest / 2);
  told.highest = fields.integer("max", -largest / 2, largest);
  if (fields.has("min") != fields.has("max"))
    fields.problem(fields.has("min") ? "min" : "max", "a range of pseudonyms has one end", "Give \"min\" and \"max\".");
  if (told.lowest && told.highest && *told.lowest >= *told.highest)
    fields.problem("max", "field \"max\" is not above \"min\"", "Give a range with several numbers.");
  const bool numbers = told.format.empty() || told.format == "integer";
  if (fields.has("min") && !numbers)
    fields.problem("min", "field \"min\" stands beside format " + told.format, "Only integers have a range.");
  if (told.keep_domain && !told.format.empty() && told.format != "email")
    fields.problem("keep-domain", "field \"keep-domain\" stands beside format " + told.format,
                   "Only the format email has a domain.");
}

void parameters(Fields& fields, ColumnRule& rule) {
  Parameters& told = rule.parameters;
  switch (rule.action) {
    case ColumnAction::constant:
      rule.value = constant(fields);
      break;
    case ColumnAction::sql:
      if (fields.required("sql") != nullptr) rule.value = fields.text_or_empty("sql");
      whole_expression(fields, "sql", fields.text_or_empty("sql"));
      break;
    case ColumnAction::mask:
      mask(fields, told);
      break;
    case ColumnAction::noise:
      noise(fields, told);
      break;
    case ColumnAction::date_shift:
      if (fields.required("days") != nullptr)
        told.days = static_cast<int>(fields.integer("days", 1, 1000000).value_or(0));
      seed(fields, told);
      break;
    case ColumnAction::redact_json:
      redact_json(fields, told);
      break;
    case ColumnAction::truncate:
      truncate(fields, told);
      break;
    case ColumnAction::pseudonym:
      pseudonym(fields, told);
      break;
    case ColumnAction::keep:
    case ColumnAction::omit:
    case ColumnAction::null:
    case ColumnAction::sha256:
      break;
  }
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
  if (rule.where) whole_expression(fields, "where", *rule.where);
  rule.sample = sample(fields, problems_, file_);
  rule.order_by = fields.text_or_empty("order-by");
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
  rule.action = column_action(fields);
  rule.optional = fields.boolean("optional", false);
  refuse_others(fields, rule.action);
  parameters(fields, rule);
  reason(fields, rule.action != ColumnAction::keep, rule.reason, rule.after_restore);
  return rule;
}

}  // namespace pgcoffer::policy
