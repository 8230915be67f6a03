#include "review/compare.hpp"

#include <algorithm>
#include <map>

#include "archive/row_choice.hpp"
#include "base/text.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::review {
namespace {

struct Said {
  std::string verdict, reason;
};

/// A table's verdict with all that it is told. Whether rows came along with others says nothing of the rule.
std::string verdict_of(const archive::Table& table) {
  std::string where = table.where;
  std::erase(where, '\n');  // it closes a comment in the condition
  std::vector<std::string> told;
  if (!where.empty()) told.push_back(where);
  if (!table.sample.empty()) told.push_back("sample " + table.sample);
  const std::string verdict = table.by_reference && told.empty() ? "keep" : table.verdict;
  if (!table.order_by.empty()) told.push_back("ordered by " + table.order_by);
  if (!table.follow.empty()) told.push_back("follow " + table.follow);
  if (!table.on_missing_parent.empty()) told.push_back("on-missing-parent " + table.on_missing_parent);
  return archive::told_verdict(verdict, join(told, ", "));
}

/// Every table and column with what is said of it.
std::map<std::string, Said> said_of(const std::vector<archive::Table>& tables) {
  std::map<std::string, Said> result;
  for (const archive::Table& table : tables) {
    const std::string name = display_name({table.schema, table.name});
    result.emplace(name, Said{verdict_of(table), table.reason});
    for (const archive::Column& column : table.columns) {
      const std::string how = policy::described(column.verdict, column.rule, column.how);
      result.emplace(name + "." + quote_ident(column.name),
                     Said{how.empty() ? column.verdict : column.verdict + " " + how, column.reason});
    }
  }
  return result;
}

}  // namespace

std::vector<Change> compare_verdicts(const VerdictSet& before, const VerdictSet& after) {
  const auto old = said_of(before.tables), now = said_of(after.tables);
  std::vector<Change> changes;
  const auto known = [](const auto& where, const std::string& name) { return where.find(name) != where.end(); };
  for (const auto& [name, said] : old)
    if (!known(now, name)) changes.push_back({Change::What::removed, name, said.verdict, "", said.reason, ""});
  for (const auto& [name, said] : now) {
    if (!known(old, name)) {
      changes.push_back({Change::What::added, name, "", said.verdict, "", said.reason});
    } else if (const Said& then = old.at(name); then.verdict != said.verdict) {
      changes.push_back({Change::What::changed, name, then.verdict, said.verdict, then.reason, said.reason});
    }
  }
  std::ranges::stable_sort(changes, {}, &Change::object);
  const bool keys = !before.pseudonym_key.empty() && !after.pseudonym_key.empty();
  if (keys && before.pseudonym_key != after.pseudonym_key)
    changes.insert(changes.begin(), {Change::What::changed, "pseudonym key", before.pseudonym_key, after.pseudonym_key,
                                     "", "the same values have other pseudonyms"});
  return changes;
}

}  // namespace pgcoffer::review
