#include "policy/parse_actions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>

#include "base/text.hpp"
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

/// Fields of other actions.
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
      require_whole_expression(fields, "sql", fields.text_or_empty("sql"));
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

}  // namespace

void require_whole_expression(Fields& fields, std::string_view field, const std::string& sql) {
  const auto tokens = sql_tokens(sql);
  bool whole = tokens.has_value();
  int depth = 0;
  for (const SqlToken& token : tokens.value_or(SqlTokens())) {
    if (token.is(SqlToken::Type::symbol, "(")) ++depth;
    if (token.is(SqlToken::Type::symbol, ")")) --depth;
    whole = whole && depth >= 0 && !token.is(SqlToken::Type::symbol, ";");
  }
  if (whole && depth == 0) return;
  fields.problem(field, fmt::format("field \"{}\" is not one whole expression: {}", field, sql),
                 "Close the parentheses and quotes that it opens, and no others; no semicolon ends it.");
}

void read_action(Fields& fields, ColumnRule& rule) {
  rule.action = column_action(fields);
  refuse_others(fields, rule.action);
  parameters(fields, rule);
}

}  // namespace pgcoffer::policy
