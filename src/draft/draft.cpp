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
  const auto changed = policy::changed_with(table, column);
  const auto among = [&](const std::vector<std::string>& names) {
    return std::ranges::any_of(changed, [&](const Column* one) { return contains(names, one->name); });
  };
  const auto holds = [&](const auto& key) { return among(key.columns); };
  if (std::ranges::any_of(table.unique_keys, holds) || std::ranges::any_of(table.foreign_keys, holds)) return true;
  return std::ranges::any_of(catalog.tables, [&](const Table& other) {
    return std::ranges::any_of(other.foreign_keys, [&](const catalog::ForeignKey& key) {
      return key.referenced == table.oid && among(key.referenced_columns);
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

/// The topmost table that the table is a partition of; itself where it is none.
const Table& root_of(const catalog::Catalog& catalog, const Table& table) {
  const Table* root = catalog.find(table.partition_root);
  return root == nullptr ? table : *root;
}

/// Where in a table the column of that name is; behind the last where there is none.
std::size_t column_like(const Table& table, const Column& column) {
  return static_cast<std::size_t>(std::ranges::find(table.columns, column.name, &Column::name) - table.columns.begin());
}

/// Whether the rules for the table that is partitioned say the same of the partition as rules of its own would.
bool follows(const Table& partition, const policy::TableVerdict& verdict, const Table& root,
             const policy::TableVerdict& of_root) {
  if (verdict.action != of_root.action) return false;
  for (std::size_t c = 0; c < partition.columns.size(); ++c) {
    const std::size_t like = column_like(root, partition.columns[c]);
    if (like == root.columns.size()) return false;
    const policy::ColumnVerdict& one = verdict.columns[c];
    const policy::ColumnVerdict& other = of_root.columns[like];
    if (one.action != other.action || one.value != other.value || one.parameters != other.parameters) return false;
  }
  return true;
}

/// What to leave out of a column by a rule of the draft's own, as a reason; empty for none.
std::string own_reason(const Finding& finding, bool personal_data) {
  if (finding.by_name) return "";
  const std::string personal = personal_data && finding.personal ? "personal data" : "";
  if (!finding.credential) return personal;
  return finding.credential_reason + (personal.empty() ? "" : "; " + personal);
}

/// Where alone in the column's JSON something has to be left out; nothing for all of it. Personal data is known by how
/// it looks and not by its keys: no path leads to it.
std::set<std::string> own_paths(const Finding& finding, const JsonSecrets& secrets, bool personal_data) {
  const bool elsewhere = personal_data && finding.personal;
  return finding.within_json && !elsewhere ? secrets.paths() : std::set<std::string>();
}

/// Looks at all tables, and makes a policy of what it sees.
class Drafter {
 public:
  Drafter(review::LiveDatabase& database, const Options& options)
      : database_(database),
        catalog_(database.catalog()),
        options_(options),
        samples_(catalog_.tables.size()),
        findings_(catalog_.tables.size()) {
    policy_.no_credentials = true;
    policy_.no_personal_data = options.personal_data;
  }

  /// What partitions show is told of the table that is partitioned: its rules hold for them.
  void look_at(std::size_t i) {
    const Table& table = catalog_.tables[i];
    if (!has_rules(table)) return;
    const Table& whole = root_of(catalog_, table);
    const auto seen = sample(database_.connection(), table, whole.name, options_.rows);
    std::vector<Sample>& all = samples_[index(whole)];
    all.resize(whole.columns.size());
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const std::size_t like = column_like(whole, table.columns[c]);
      if (like == whole.columns.size()) continue;
      all[like].content.add(seen[c].content);
      all[like].secrets.add(seen[c].secrets);
    }
  }

  Draft draft() {
    for (const Table& table : catalog_.tables)
      if (has_rules(table) && &root_of(catalog_, table) == &table) judge(table);
    for (const Table& table : catalog_.tables)
      if (has_rules(table) && &root_of(catalog_, table) != &table) judge_like_root(table);
    return drafted();
  }

 private:
  static bool has_rules(const Table& table) { return table.selected && policy::stores_rows(table); }
  [[nodiscard]] std::size_t index(const Table& table) const {
    return static_cast<std::size_t>(&table - catalog_.tables.data());
  }

  void judge(const Table& table) {
    const std::vector<Sample>& seen = samples_[index(table)];
    policy::TableRule rule;
    rule.table = quote_always(table.name);
    const auto pair = policy::key_values(table, table.name);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      Finding finding = classify(table, table.name, table.columns[c], seen[c].content);
      if (pair && pair->value == c) finding.evidence += "; values whose keys are called like credentials do not count";
      const std::string reason = own_reason(finding, options_.personal_data);
      if (!reason.empty()) {
        const auto paths = own_paths(finding, seen[c].secrets, options_.personal_data);
        auto own = rule_for(catalog_, table, table.columns[c], reason, paths);
        if (own) rule.columns.push_back(std::move(*own));
        if (!own) finding.evidence += "; decide this by hand";
      }
      findings_[index(table)].push_back(std::move(finding));
    }
    if (!rule.columns.empty()) policy_.tables.push_back(std::move(rule));
  }

  void judge_like_root(const Table& table) {
    const Table& whole = root_of(catalog_, table);
    for (const Column& column : table.columns) {
      const std::size_t like = column_like(whole, column);
      findings_[index(table)].push_back(like == whole.columns.size() ? Finding() : findings_[index(whole)][like]);
    }
  }

  [[nodiscard]] Draft drafted() const {
    const policy::Resolution resolution = policy::examine(policy_, catalog_);
    const policy::Verdicts& verdicts = resolution.verdicts;
    Draft result;
    std::vector<bool> written(catalog_.tables.size());
    for (std::size_t i = 0; i < catalog_.tables.size(); ++i) {
      const Table& table = catalog_.tables[i];
      const Table& whole = root_of(catalog_, table);
      written[i] = has_rules(table) &&
                   (&whole == &table || !follows(table, verdicts.tables[i], whole, verdicts.tables[index(whole)]));
      if (written[i]) count(verdicts.tables[i], result);
    }
    result.policy = policy_text(catalog_, verdicts, findings_, written, options_.personal_data);
    // A rule for a column of such a type is for all of its fields: people have to say which.
    result.problems = policy::told_by_composites(catalog_, verdicts, true, options_.personal_data);
    const policy::Policy parsed = policy::parse_policy(result.policy, "the draft");
    for (const policy::Refusal& refusal : policy::examine(parsed, catalog_).refusals)
      result.problems.push_back(refusal.what);
    // The draft keeps what the built-in policies cannot do anything about.
    for (const policy::Refusal& refusal : resolution.refusals)
      if (std::ranges::find(result.problems, refusal.what) == result.problems.end())
        result.problems.push_back(refusal.what);
    return result;
  }

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
  std::vector<std::vector<Sample>> samples_;    ///< of each table, with those of its partitions
  std::vector<std::vector<Finding>> findings_;  ///< of each table and column
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
