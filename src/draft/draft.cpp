#include "draft/draft.hpp"

#include <algorithm>
#include <set>

#include "draft/classify.hpp"
#include "draft/policy_text.hpp"
#include "draft/sample.hpp"
#include "policy/composites.hpp"
#include "policy/credentials.hpp"
#include "policy/key_values.hpp"
#include "policy/policy.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::draft {
namespace {

using catalog::Column;
using catalog::Table;
using policy::ColumnAction;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// Whether rows are told apart or found by the column: what is done to it would break more than it.
bool in_key(const catalog::Catalog& catalog, const Table& table, const Column& column) {
  const auto holds = [&](const auto& key) { return contains(key.columns, column.name); };
  if (std::ranges::any_of(table.unique_keys, holds) || std::ranges::any_of(table.foreign_keys, holds)) return true;
  return std::ranges::any_of(catalog.tables, [&](const Table& other) {
    return std::ranges::any_of(other.foreign_keys, [&](const catalog::ForeignKey& key) {
      return key.referenced == table.oid && contains(key.referenced_columns, column.name);
    });
  });
}

/// What is at `paths` in JSON is taken out of it, or without paths the whole value. A rule for what the built-in
/// policies, which go by names, do not find. Nothing for a column that only people can decide: one in a key, or one
/// that can neither be null nor have a text for all.
std::optional<policy::ColumnRule> rule_for(const catalog::Catalog& catalog, const Table& table, const Column& column,
                                           const std::string& reason, const std::set<std::string>& paths) {
  if (column.generated != catalog::Generated::no || in_key(catalog, table, column)) return std::nullopt;
  policy::ColumnRule rule;
  rule.column = quote_always(column.name);
  rule.reason = reason;
  rule.origin = {"content"};
  if (!paths.empty()) {
    rule.action = ColumnAction::redact_json;
    rule.parameters.paths.assign(paths.begin(), paths.end());
    return rule;
  }
  rule.action = !column.not_null     ? ColumnAction::null
                : column.has_default ? ColumnAction::omit
                                     : ColumnAction::constant;
  if (rule.action != ColumnAction::constant) return rule;
  const bool takes_text = column.type_kind == 'b' && column.value_class == catalog::ValueClass::text &&
                          (column.base_type == "text" || column.base_type == "character varying");
  if (!takes_text && column.value_class != catalog::ValueClass::json && !column.array) return std::nullopt;
  rule.value = policy::replacement(column);
  return rule;
}

const QualifiedName& name_of(const catalog::Catalog& catalog, const Table& table) {
  const Table* root = catalog.find(table.partition_root);
  return root == nullptr ? table.name : root->name;
}

/// What to leave out of a column by a rule of the draft's own, as a reason; empty for none.
std::string own_reason(const Finding& finding, bool personal_data) {
  if (finding.by_name) return "";
  if (finding.credential) return finding.credential_reason;
  return personal_data && finding.personal ? "personal data" : "";
}

/// Looks at all tables, and makes a policy of what it sees.
class Drafter {
 public:
  Drafter(review::LiveDatabase& database, const Options& options)
      : database_(database), catalog_(database.catalog()), options_(options), findings_(catalog_.tables.size()) {
    policy_.no_credentials = true;
    policy_.no_personal_data = options.personal_data;
  }

  void look_at(std::size_t i) {
    const Table& table = catalog_.tables[i];
    if (!table.selected || !policy::stores_rows(table)) return;
    const auto seen = sample(database_.connection(), table, options_.rows);
    policy::TableRule rule;
    rule.table = quote_always(table.name);
    const auto pair = policy::key_values(table, table.name);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      findings_[i].push_back(classify(table, name_of(catalog_, table), table.columns[c], seen[c].content));
      Finding& finding = findings_[i].back();
      if (pair && pair->value == c) finding.evidence += "; values whose keys are called like credentials do not count";
      const std::string reason = own_reason(finding, options_.personal_data);
      if (reason.empty()) continue;
      const auto paths = finding.within_json ? seen[c].secrets.paths() : std::set<std::string>();
      auto own = rule_for(catalog_, table, table.columns[c], reason, paths);
      if (own) rule.columns.push_back(std::move(*own));
      if (!own) finding.evidence += "; decide this by hand";
    }
    if (!rule.columns.empty()) policy_.tables.push_back(std::move(rule));
  }

  Draft draft() const {
    const policy::Verdicts verdicts = policy::examine(policy_, catalog_).verdicts;
    Draft result;
    result.policy = policy_text(catalog_, verdicts, findings_, options_.personal_data);
    for (std::size_t i = 0; i < catalog_.tables.size(); ++i)
      if (catalog_.tables[i].selected && policy::stores_rows(catalog_.tables[i])) count(verdicts.tables[i], result);
    // A rule for a column of such a type is for all of its fields: people have to say which.
    result.problems = policy::told_by_composites(catalog_, verdicts, true, options_.personal_data);
    const policy::Policy written = policy::parse_policy(result.policy, "the draft");
    for (const policy::Refusal& refusal : policy::examine(written, catalog_).refusals)
      result.problems.push_back(refusal.what);
    return result;
  }

 private:
  static void count(const policy::TableVerdict& verdict, Draft& draft) {
    ++draft.tables;
    draft.columns += verdict.columns.size();
    if (verdict.action != policy::TableAction::keep) ++draft.left_out;
    draft.left_out += static_cast<std::uint64_t>(std::ranges::count_if(
        verdict.columns, [](const policy::ColumnVerdict& column) { return column.action != ColumnAction::keep; }));
  }

  review::LiveDatabase& database_;
  const catalog::Catalog& catalog_;
  Options options_;
  std::vector<std::vector<Finding>> findings_;
  policy::Policy policy_;
};

}  // namespace

Draft make_draft(review::LiveDatabase& database, const Options& options, const std::stop_token& stop) {
  Drafter drafter(database, options);
  for (std::size_t i = 0; i < database.catalog().tables.size(); ++i) {
    if (stop.stop_requested()) throw Error(Kind::interrupted, "policy init was interrupted");
    drafter.look_at(i);
  }
  return drafter.draft();
}

}  // namespace pgcoffer::draft
