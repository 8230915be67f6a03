#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <pgcoffer/error.hpp>

#include "base/file.hpp"
#include "base/pattern.hpp"
#include "base/text.hpp"
#include "policy/json.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {
namespace {

namespace fs = std::filesystem;

Policy builtin(const std::string& name) {
  Policy policy;
  policy.name = name;
  policy.no_credentials = name == "no-credentials";
  return policy;
}

bool is_builtin(const std::string& name) {
  const auto names = builtin_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string quoted_list(std::initializer_list<std::string_view> names) {
  std::vector<std::string> items;
  for (const auto name : names) items.emplace_back(name);
  return join(items, ", ");
}

/// Reads one file; `chain` are the files that led here by `extends`, to tell a circle.
class Parser {
 public:
  Parser(std::string file, std::vector<fs::path> chain) : file_(std::move(file)), chain_(std::move(chain)) {}

  Policy parse(std::string_view text) {
    const Json root = parse_json(text, file_);
    expect(root, Json::Type::object, "the policy");
    only_fields(root, "a policy", {"version", "extends", "strict", "tables"});
    version(root);
    Policy policy;
    policy.name = file_;
    if (const Json* extends = root.find("extends")) extend(policy, *extends);
    const int own_layer = next_layer_;
    if (const Json* strict = root.find("strict")) policy.strict = boolean(*strict, "strict");
    if (const Json* tables = root.find("tables")) {
      expect(*tables, Json::Type::array, "field \"tables\"");
      for (const Json& table : tables->items) {
        policy.tables.push_back(table_rule(table));
        policy.tables.back().layer = own_layer;
      }
    }
    return policy;
  }

 private:
  std::string place(int line) const { return file_ + ", line " + std::to_string(line); }

  [[noreturn]] void refuse(int line, const std::string& what, const std::string& remedy) const {
    throw Error(Kind::usage, "policy is malformed: " + one_line(what)).hint(remedy + " " + place(line) + ".");
  }

  void expect(const Json& value, Json::Type type, const std::string& what) const {
    if (value.type == type) return;
    refuse(value.line,
           what + " is " + std::string(to_string(value.type)) + " instead of " + std::string(to_string(type)),
           "Correct the value.");
  }

  void only_fields(const Json& object, const std::string& what, std::initializer_list<std::string_view> allowed) const {
    for (const auto& [name, value] : object.members)
      if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
        refuse(value.line, fmt::format("field \"{}\" is unknown in {}", name, what),
               "Is it spelt right? The fields are " + quoted_list(allowed) + ".");
  }

  const Json& required(const Json& object, std::string_view name, const std::string& what) const {
    const Json* value = object.find(name);
    if (value == nullptr) refuse(object.line, what + " has no field \"" + std::string(name) + "\"", "Add the field.");
    return *value;
  }

  std::string string(const Json& value, std::string_view name) const {
    const std::string what = "field \"" + std::string(name) + "\"";
    expect(value, Json::Type::string, what);
    if (value.text.find_first_not_of(" \t\r\n") == std::string::npos)
      refuse(value.line, what + " is empty", "Fill it in, or leave the field out where it is optional.");
    return value.text;
  }

  std::string optional_string(const Json& object, std::string_view name) const {
    const Json* value = object.find(name);
    return value == nullptr ? std::string() : string(*value, name);
  }

  bool boolean(const Json& value, const std::string& name) const {
    expect(value, Json::Type::boolean, "field \"" + name + "\"");
    return value.text == "true";
  }

  void version(const Json& root) const {
    const Json& value = required(root, "version", "the policy");
    expect(value, Json::Type::number, "field \"version\"");
    if (value.text != "1")
      refuse(value.line, "version " + value.text + " is unknown",
             "This program reads version 1; a later version may need a newer program.");
  }

  void extend(Policy& policy, const Json& extends) {
    expect(extends, Json::Type::array, "field \"extends\"");
    for (const Json& item : extends.items) {
      Policy base = load(string(item, "extends"), item.line);
      policy.strict = policy.strict || base.strict;
      policy.no_credentials = policy.no_credentials || base.no_credentials;
      int highest = next_layer_ - 1;
      for (auto& rule : base.tables) {
        rule.layer += next_layer_;
        highest = std::max(highest, rule.layer);
        policy.tables.push_back(std::move(rule));
      }
      next_layer_ = highest + 1;
    }
  }

  Policy load(const std::string& name, int line) const {
    if (is_builtin(name)) return builtin(name);
    const fs::path path = fs::path(file_).parent_path() / name;
    std::error_code ignored;
    const fs::path whole = fs::weakly_canonical(path, ignored);
    if (std::find(chain_.begin(), chain_.end(), whole) != chain_.end())
      refuse(line, "policy \"" + name + "\" extends itself", "Break the circle of \"extends\".");
    std::string text;
    try {
      text = read_file(path);
    } catch (const Error& error) {
      refuse(line, "\"extends\" names neither a built-in policy nor a readable file: " + error.message(),
             "The built-in policies are " + join(builtin_names(), ", ") + "; files are relative to this one.");
    }
    auto chain = chain_;
    chain.push_back(whole);
    return Parser(path.string(), std::move(chain)).parse(text);
  }

  TableRule table_rule(const Json& json) const {
    expect(json, Json::Type::object, "a rule in \"tables\"");
    only_fields(json, "a table's rule", {"table", "action", "where", "columns", "reason", "after-restore"});
    TableRule rule;
    rule.origin.text = place(json.line);
    rule.table = pattern(required(json, "table", "a table's rule"), "table", &Pattern::for_relation);
    if (const Json* action = json.find("action")) {
      rule.action = table_action(*action);
      rule.action_given = true;
    }
    if (const Json* where = json.find("where")) rule.where = string(*where, "where");
    reason(json, rule.action != TableAction::keep, rule.reason, rule.after_restore);
    if (const Json* columns = json.find("columns")) {
      expect(*columns, Json::Type::array, "field \"columns\"");
      for (const Json& column : columns->items) rule.columns.push_back(column_rule(column));
    }
    if (rule.action != TableAction::keep && (rule.where || !rule.columns.empty()))
      refuse(json.line,
             "table \"" + rule.table + "\" has action " + std::string(to_string(rule.action)) +
                 ", and beside it rules for its rows or columns",
             "Rows that are left out cannot be filtered or changed: remove \"action\", or \"where\" and \"columns\".");
    if (!rule.action_given && !rule.where && rule.columns.empty())
      refuse(json.line, "the rule for table \"" + rule.table + "\" says nothing",
             "Give it an action (keep, exclude, exclude-rows), a \"where\" or \"columns\".");
    return rule;
  }

  ColumnRule column_rule(const Json& json) const {
    expect(json, Json::Type::object, "a rule in \"columns\"");
    only_fields(json, "a column's rule", {"column", "action", "value", "reason", "after-restore"});
    ColumnRule rule;
    rule.origin.text = place(json.line);
    rule.column = pattern(required(json, "column", "a column's rule"), "column", &Pattern::for_name);
    rule.action = column_action(required(json, "action", "a column's rule"));
    const Json* value = json.find("value");
    if (rule.action == ColumnAction::constant)
      rule.value = constant(required(json, "value", "a column's rule with action constant"));
    else if (value != nullptr)
      refuse(value->line, "field \"value\" stands beside action " + std::string(to_string(rule.action)),
             "Only action constant takes a value.");
    reason(json, rule.action != ColumnAction::keep, rule.reason, rule.after_restore);
    return rule;
  }

  std::string constant(const Json& value) const {
    if (value.type == Json::Type::null)
      refuse(value.line, "field \"value\" is null", "Use action null instead of a constant.");
    if (value.type == Json::Type::array || value.type == Json::Type::object)
      refuse(value.line, "field \"value\" is " + std::string(to_string(value.type)),
             "Write it as PostgreSQL reads it, in a string, such as \"{1,2}\" or \"{\\\"a\\\": 1}\".");
    if (value.text.find('\0') != std::string::npos)
      refuse(value.line, "field \"value\" holds a zero byte", "PostgreSQL cannot store it in text.");
    return value.text;
  }

  void reason(const Json& json, bool needed, std::string& reason, std::string& after_restore) const {
    if (needed) required(json, "reason", "a rule that changes or leaves out something");
    reason = optional_string(json, "reason");
    after_restore = optional_string(json, "after-restore");
  }

  template <class Make>
  std::string pattern(const Json& value, std::string_view name, Make make) const {
    std::string text = string(value, name);
    try {
      (void)make(text);
    } catch (const Error& error) {
      refuse(value.line, error.message(), error.hint());
    }
    return text;
  }

  TableAction table_action(const Json& value) const {
    const std::string text = string(value, "action");
    for (const auto action : {TableAction::keep, TableAction::exclude, TableAction::exclude_rows})
      if (to_string(action) == text) return action;
    refuse(value.line, "action \"" + text + "\" is unknown for a table",
           "The actions for tables are keep, exclude, exclude-rows.");
  }

  ColumnAction column_action(const Json& value) const {
    const std::string text = string(value, "action");
    for (const auto action : {ColumnAction::keep, ColumnAction::omit, ColumnAction::null, ColumnAction::constant})
      if (to_string(action) == text) return action;
    refuse(value.line, "action \"" + text + "\" is unknown for a column",
           "The actions for columns are keep, omit, null, constant.");
  }

  std::string file_;
  std::vector<fs::path> chain_;
  int next_layer_ = 0;
};

}  // namespace

std::vector<std::string> builtin_names() {
  return {"full", "no-credentials"};
}

Policy parse_policy(std::string_view json, const std::string& file) {
  std::error_code ignored;
  return Parser(file, {fs::weakly_canonical(file, ignored)}).parse(json);
}

Policy load_policy(const std::string& name_or_file) {
  if (is_builtin(name_or_file)) return builtin(name_or_file);
  std::error_code ignored;
  if (name_or_file.find_first_of("./") == std::string::npos && !fs::exists(name_or_file, ignored))
    throw Error(Kind::usage, "policy \"" + name_or_file + "\" is neither built in nor a file")
        .hint("The built-in policies are " + join(builtin_names(), ", ") + ".");
  return parse_policy(read_file(name_or_file), name_or_file);
}

std::string_view to_string(TableAction action) noexcept {
  switch (action) {
    case TableAction::keep:
      return "keep";
    case TableAction::exclude:
      return "exclude";
    case TableAction::exclude_rows:
      return "exclude-rows";
  }
  return "";
}

std::string_view to_string(ColumnAction action) noexcept {
  switch (action) {
    case ColumnAction::keep:
      return "keep";
    case ColumnAction::omit:
      return "omit";
    case ColumnAction::null:
      return "null";
    case ColumnAction::constant:
      return "constant";
  }
  return "";
}

}  // namespace pgcoffer::policy
