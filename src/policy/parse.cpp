#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <pgcoffer/error.hpp>
#include <set>

#include "base/file.hpp"
#include "base/pattern.hpp"
#include "base/text.hpp"
#include "policy/fields.hpp"
#include "policy/json.hpp"
#include "policy/parse_rules.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {
namespace {

namespace fs = std::filesystem;

constexpr int known_version = 1;
constexpr std::uint64_t kLargest = std::uint64_t{16} << 20U;  ///< of a file, in bytes

Policy builtin(const std::string& name) {
  Policy policy;
  policy.name = name;
  policy.no_credentials = name == "no-credentials";
  policy.no_personal_data = name == "no-personal-data";
  if (name == "schema-only") {
    TableRule rule;
    rule.table = "*";
    rule.action = TableAction::exclude_rows;
    rule.action_given = true;
    rule.reason = "only the schema is wanted";
    rule.origin.text = built_in_schema_only;
    rule.optional = true;
    policy.tables.push_back(std::move(rule));
    policy.large_objects = false;
  }
  return policy;
}

bool is_builtin(const std::string& name) {
  const auto names = builtin_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What the files of one policy have in common.
struct Reading {
  const std::stop_token& stop;
  Problems problems;
  std::map<fs::path, Policy> files;  ///< those that `extends` named, each read once
};

/// What is in a file that is reached in two ways holds where the file is named last; but what it extends stays below
/// the files that extend it, where that was first.
void drop_repeated(std::vector<TableRule>& earlier, std::vector<TableRule>& later, int own_layer) {
  const auto places = [](const std::vector<TableRule>& rules, const auto& counts) {
    std::set<std::string> result;
    for (const TableRule& rule : rules)
      if (counts(rule)) result.insert(rule.origin.text);
    return result;
  };
  const auto before = places(earlier, [](const TableRule&) { return true; });
  const auto own = places(later, [&](const TableRule& rule) { return rule.layer == own_layer; });
  std::erase_if(earlier, [&](const TableRule& rule) { return own.contains(rule.origin.text); });
  std::erase_if(later, [&](const TableRule& rule) {
    return rule.layer != own_layer && before.contains(rule.origin.text) && !own.contains(rule.origin.text);
  });
}

/// The same of references, of which none wins over another.
void drop_repeated(std::vector<VirtualReference>& earlier, const std::vector<VirtualReference>& later) {
  std::set<std::string_view> places;
  for (const VirtualReference& one : later) places.insert(one.origin.text);
  std::erase_if(earlier, [&](const VirtualReference& one) { return places.contains(one.origin.text); });
}

/// Reads one file; `chain` are the files that led here by `extends`, to tell a circle.
class Parser {
 public:
  Parser(std::string file, std::vector<fs::path> chain, Reading& reading)
      : file_(std::move(file)), chain_(std::move(chain)), reading_(reading), problems_(reading.problems) {}

  Policy parse(std::string_view text) {
    const Json root = parse_json(text, file_, reading_.stop);
    refuse_later_version(root);
    Fields fields(problems_, file_, root, "the policy",
                  {"version", "extends", "strict", "tables", "columns", "references", "environment", "large-objects"});
    Policy policy;
    policy.name = file_;
    if (root.type != Json::Type::object) return policy;
    if (fields.required("version") != nullptr) (void)fields.integer("version", 1, known_version);
    fields.items("extends", [&](const Json& item) { extend(policy, item, fields); });
    policy.strict = fields.boolean("strict", policy.strict);
    if (const auto word = fields.word("large-objects", {"keep", "exclude"}, "large objects"))
      policy.large_objects = *word == "keep";
    const RuleReader reader(problems_, file_);
    if (const Json* environment = fields.find("environment")) policy.environment = reader.environment(*environment);
    policy.own_layer = next_layer_;
    const auto add = [&](TableRule rule) {
      rule.layer = next_layer_;
      policy.tables.push_back(std::move(rule));
    };
    fields.items("tables", [&](const Json& rule) { add(reader.table_rule(rule)); });
    fields.items("references", [&](const Json& item) { policy.references.push_back(reader.reference(item)); });
    fields.items("columns", [&](const Json& rule) { add(reader.rule_for_any_table(rule)); });
    return policy;
  }

 private:
  /// Its other fields may be unknown too: nothing else is worth saying.
  void refuse_later_version(const Json& root) const {
    const Json* value = root.find("version");
    if (value == nullptr || value->type != Json::Type::number) return;
    const bool later = value->text.size() > 9 || std::atoi(value->text.c_str()) > known_version;
    if (!later || value->text.front() == '-' || value->text.find_first_not_of("0123456789") != std::string::npos)
      return;
    throw Error(Kind::newer_format, fmt::format("policy has version {}, and this program knows version {} only",
                                                value->text, known_version))
        .hint("Use a later pgcoffer, or write the policy in an earlier version. " + to_string(file_, value->place) +
              ".");
  }

  void extend(Policy& policy, const Json& item, Fields& fields) {
    if (!fields.expect(item, Json::Type::string, "field \"extends\"")) return;
    Policy base = load(item, fields);
    policy.strict = policy.strict || base.strict;
    policy.no_credentials = policy.no_credentials || base.no_credentials;
    policy.no_personal_data = policy.no_personal_data || base.no_personal_data;
    if (base.large_objects) policy.large_objects = base.large_objects;
    drop_repeated(policy.tables, base.tables, base.own_layer);
    drop_repeated(policy.references, base.references);
    policy.references.insert(policy.references.end(), base.references.begin(), base.references.end());
    if (base.environment) policy.environment = base.environment;
    int highest = next_layer_ - 1;
    for (auto& rule : base.tables) {
      rule.layer += next_layer_;
      highest = std::max(highest, rule.layer);
      policy.tables.push_back(std::move(rule));
    }
    next_layer_ = highest + 1;
  }

  Policy load(const Json& item, Fields& fields) {
    const std::string& name = item.text;
    if (is_builtin(name)) return builtin(name);
    const fs::path path = fs::path(file_).parent_path() / name;
    std::error_code ignored;
    const fs::path whole = fs::weakly_canonical(path, ignored);
    if (std::find(chain_.begin(), chain_.end(), whole) != chain_.end()) {
      fields.problem(item.place, "policy \"" + name + "\" extends itself", "Break the circle of \"extends\".");
      return {};
    }
    if (const auto read = reading_.files.find(whole); read != reading_.files.end()) return read->second;
    std::string text;
    try {
      text = read_option_file(path, kLargest);
    } catch (const Error& error) {
      fields.problem(item.place, "\"extends\" names neither a built-in policy nor a readable file: " + error.message(),
                     "The built-in policies are " + join(builtin_names(), ", ") + "; files are relative to this one.");
      return {};
    }
    auto chain = chain_;
    chain.push_back(whole);
    return reading_.files[whole] = Parser(path.string(), std::move(chain), reading_).parse(text);
  }

  std::string file_;
  std::vector<fs::path> chain_;
  Reading& reading_;
  Problems& problems_;
  int next_layer_ = 0;
};

}  // namespace

std::vector<std::string> builtin_names() {
  return {"full", "no-credentials", "no-personal-data", "schema-only"};
}

Policy parse_policy(std::string_view json, const std::string& file, const std::stop_token& stop) {
  std::error_code ignored;
  Reading reading{stop, {}, {}};
  Policy policy = Parser(file, {fs::weakly_canonical(file, ignored)}, reading).parse(json);
  reading.problems.refuse();
  return policy;
}

Policy load_policy(const std::string& name_or_file, const std::stop_token& stop) {
  if (is_builtin(name_or_file)) return builtin(name_or_file);
  std::error_code ignored;
  if (name_or_file.find_first_of("./") == std::string::npos && !fs::exists(name_or_file, ignored))
    throw Error(Kind::usage, "policy \"" + name_or_file + "\" is neither built in nor a file")
        .hint("The built-in policies are " + join(builtin_names(), ", ") + ".");
  return parse_policy(read_option_file(name_or_file, kLargest), name_or_file, stop);
}

}  // namespace pgcoffer::policy
