#include "review/compare.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace pgcoffer::review {
namespace {

struct Said {
  std::string verdict, reason;
};

/// Every table and column with what is said of it.
std::map<std::string, Said> said_of(const std::vector<archive::Table>& tables) {
  std::map<std::string, Said> result;
  for (const archive::Table& table : tables) {
    const std::string name = display_name({table.schema, table.name});
    Said said{table.verdict, table.reason};
    std::string where = table.where;
    std::erase(where, '\n');  // it closes a comment in the condition
    for (const std::string& more : {where, table.sample})
      if (!more.empty()) said.verdict += (said.verdict == table.verdict ? " " : ", ") + more;
    result.emplace(name, std::move(said));
    for (const archive::Column& column : table.columns)
      result.emplace(name + "." + quote_ident(column.name),
                     Said{column.how.empty() ? column.verdict : column.verdict + " " + column.how, column.reason});
  }
  return result;
}

}  // namespace

std::vector<Change> compare_verdicts(const std::vector<archive::Table>& before,
                                     const std::vector<archive::Table>& after) {
  const auto old = said_of(before), now = said_of(after);
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
  return changes;
}

}  // namespace pgcoffer::review
