#include "policy/carry.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "policy/column_sql.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

std::optional<std::size_t> position(const Table& table, const std::string& name) {
  const auto found = std::ranges::find(table.columns, name, &Column::name);
  return found == table.columns.end() ? std::nullopt
                                      : std::optional(static_cast<std::size_t>(found - table.columns.begin()));
}

const ColumnVerdict* verdict_of(const Outcome& outcome, const Table& table, const std::string& column) {
  const auto at = position(table, column);
  return at ? &outcome.verdicts.tables[outcome.index(table)].columns[*at] : nullptr;
}

/// Gives all the smallest that is one (0: any number). Returns whether one of them was another.
bool narrow(const std::vector<int*>& limits) {
  int least = 0;
  for (const int* limit : limits)
    if (*limit != 0 && (least == 0 || *limit < least)) least = *limit;
  bool changed = false;
  for (int* const limit : limits) changed = std::exchange(*limit, least) != least || changed;
  return changed;
}

class Carrier {
 public:
  Carrier(Outcome& outcome, const std::vector<Decision>& decisions, Refusals& refusals)
      : outcome_(outcome), decisions_(decisions), refusals_(refusals) {}

  void run() {
    // A column takes a change once, so that this ends in circles, too.
    while (pass()) {
    }
  }

 private:
  bool pass() {
    bool any = false;
    for (std::size_t i = 0; i < outcome_.catalog.tables.size(); ++i) {
      const Table& table = outcome_.catalog.tables[i];
      for (const auto& key : table.foreign_keys) any = carry(i, key, "foreign key") || any;
    }
    for (const auto& reference : outcome_.verdicts.references)
      for (const auto holder : outcome_.holders(reference.table))
        any = carry(holder, reference.key, "reference") || any;
    return any;
  }

  bool carry(std::size_t i, const catalog::ForeignKey& key, const std::string& kind) {
    const Table* referenced = outcome_.find(key.referenced);
    if (referenced == nullptr || !outcome_.catalog.tables[i].selected || !outcome_.keeps_some(i)) return false;
    bool any = false;
    for (std::size_t k = 0; k < key.columns.size(); ++k) {
      const auto from = position(*referenced, key.referenced_columns[k]);
      const auto at = position(outcome_.catalog.tables[i], key.columns[k]);
      if (!from || !at || refused_.contains({i, *at})) continue;
      bool refused = true;
      refusals_.attempt([&] {
        any = take(i, *at, *referenced, *from, kind + " \"" + key.name + "\"") || any;
        refused = false;
      });
      if (refused) refused_.emplace(i, *at);
    }
    return any;
  }

  bool take(std::size_t i, std::size_t at, const Table& referenced, std::size_t from, const std::string& by) {
    const auto& source = outcome_.verdicts.tables[outcome_.index(referenced)].columns[from];
    auto& verdict = outcome_.verdicts.tables[i].columns[at];
    const Column& key = referenced.columns[from];
    const bool gone = verdict.action == ColumnAction::omit || outcome_.becomes_null(i, at);
    // What cannot be done to the key is refused there.
    if (!is_consistent(source) || gone || !wrong_type(key, source).empty()) return false;
    const Table& table = outcome_.catalog.tables[i];
    const std::string name = column_name(table, table.columns[at]);
    if (!key.deterministic || !table.columns[at].deterministic)
      throw refusal("column " + column_name(referenced, key) + " becomes something else for each different text, and " +
                        name + " references it (" + by + ") by a collation that takes different texts for the same",
                    "Keep it, or leave out the rows of " + table_name(table) + ", or set " + name + " to null.",
                    source.rule);
    if (table.columns[at].generated != catalog::Generated::no)
      throw refusal(
          "column " + column_name(referenced, key) + " is changed, and generated column " + name +
              ", which a restore computes anew, references it (" + by + ")",
          "Keep it, or leave out the rows of " + table_name(table) + ", or set to null what that is computed from.",
          source.rule);
    if (is_citext(key) != is_citext(table.columns[at]))
      throw refusal("column " + column_name(referenced, key) + " becomes something else for each different text, and " +
                        name + " references it (" + by + "), where one of them is of type citext",
                    "Keep it, or leave out the rows of " + table_name(table) + ", or set " + name + " to null.",
                    source.rule);
    if (same_change(verdict, source)) {
      const bool more = source.without_end_blanks && !verdict.without_end_blanks;
      verdict.without_end_blanks = verdict.without_end_blanks || source.without_end_blanks;
      return narrow_key(verdict, referenced, from) || more;
    }
    if (decisions_[i].columns[at] != nullptr || is_consistent(verdict))
      throw refusal("column " + name + " references " + table_name(referenced) + " (" + by +
                        "), whose key is changed otherwise: " + verdict.rule + " and " + source.rule,
                    "Remove the rule for the referencing column: it follows the column that it references.", "");
    verdict = source;
    verdict.limit = pseudonym_limit(table.columns[at]);
    narrow_key(verdict, referenced, from);
    verdict.reason += " (as in " + display_name(referenced.name) + ", which it references)";
    verdict.after_restore.clear();
    return true;
  }

  /// A key is as long in all columns that hold it: those of the referencing and the referenced table, and of the
  /// partitions in which the latter's rows are.
  bool narrow_key(ColumnVerdict& referencing, const Table& referenced, std::size_t from) {
    const std::size_t whole = outcome_.index(referenced);
    std::vector<int*> limits = {&referencing.limit, &outcome_.verdicts.tables[whole].columns[from].limit};
    for (const std::size_t holder : outcome_.holders(whole))
      if (const auto at = position(outcome_.catalog.tables[holder], referenced.columns[from].name))
        limits.push_back(&outcome_.verdicts.tables[holder].columns[*at].limit);
    return narrow(limits);
  }

  Outcome& outcome_;
  const std::vector<Decision>& decisions_;
  Refusals& refusals_;
  std::set<std::pair<std::size_t, std::size_t>> refused_;  ///< table and column
};

}  // namespace

bool is_consistent(const ColumnVerdict& verdict) noexcept {
  // Names come from a short list.
  return verdict.action == ColumnAction::sha256 ||
         (verdict.action == ColumnAction::pseudonym && !verdict.parameters->format.ends_with("name"));
}

bool same_change(const ColumnVerdict& one, const ColumnVerdict& other) {
  return one.action == other.action && one.value == other.value && one.parameters == other.parameters;
}

void carry_to_references(Outcome& outcome, const std::vector<Decision>& decisions, Refusals& refusals) {
  Carrier(outcome, decisions, refusals).run();
}

bool changed_alike(const Outcome& outcome, const catalog::ForeignKey& key, const std::string& column,
                   const ColumnVerdict& verdict) {
  const Table* referenced = outcome.find(key.referenced);
  const auto k = static_cast<std::size_t>(std::ranges::find(key.columns, column) - key.columns.begin());
  const auto* other = referenced == nullptr ? nullptr : verdict_of(outcome, *referenced, key.referenced_columns[k]);
  return other != nullptr && is_consistent(verdict) && same_change(*other, verdict);
}

bool follows(const Outcome& outcome, std::size_t holder, const catalog::ForeignKey& key, const std::string& referenced,
             const ColumnVerdict& verdict) {
  const auto k =
      static_cast<std::size_t>(std::ranges::find(key.referenced_columns, referenced) - key.referenced_columns.begin());
  const auto* other = verdict_of(outcome, outcome.catalog.tables[holder], key.columns[k]);
  return other != nullptr && is_consistent(verdict) && same_change(*other, verdict);
}

}  // namespace pgcoffer::policy
