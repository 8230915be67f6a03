#include "policy/detectors.hpp"

#include <algorithm>
#include <optional>

#include "policy/credentials.hpp"
#include "policy/key_values.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

const std::string origin = "built-in no-credentials";

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Detectors {
 public:
  Detectors(Outcome& outcome, const std::vector<Decision>& decisions)
      : outcome_(outcome),
        decisions_(decisions),
        excluded_(outcome.catalog.tables.size(), false),
        stuck_(outcome.catalog.tables.size()) {}

  void apply() {
    for (std::size_t i = 0; i < tables().size(); ++i)
      if (about(i)) decide_columns(i);
    for (std::size_t i = 0; i < tables().size(); ++i)
      if (about(i)) exclude_whole(i);
    while (restore_referenced()) {
    }
    for (std::size_t i = 0; i < tables().size(); ++i) {
      if (excluded_[i]) outcome_.verdicts.tables[i].columns.assign(tables()[i].columns.size(), {});
      if (stuck_[i] && outcome_.verdicts.tables[i].action == TableAction::keep) refuse(i);
    }
  }

 private:
  const std::vector<Table>& tables() const { return outcome_.catalog.tables; }

  /// Tables whose rows would be dumped otherwise.
  bool about(std::size_t i) const {
    return tables()[i].selected && stores_rows(tables()[i]) && outcome_.verdicts.tables[i].action == TableAction::keep;
  }

  void decide_columns(std::size_t i) {
    const Table& table = tables()[i];
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const Column& column = table.columns[c];
      if (decisions_[i].columns[c] != nullptr || column.generated != catalog::Generated::no) continue;
      const auto kind = detect_column(table, outcome_.known_name(i), column);
      const bool guessed = !kind && is_guessed_credential(table, outcome_.known_name(i), column);
      if (!kind && !guessed) continue;
      const auto action = replaceable(i, column);
      if (!action) {
        if (kind && !stuck_[i]) stuck_[i] = c;
        continue;
      }
      auto& verdict = outcome_.verdicts.tables[i].columns[c];
      verdict = {*action, "", kind ? reason(*kind) : kGuessedReason, after_restore(kind.value_or(Credential::secret)),
                 origin,  {}};
      if (*action == ColumnAction::constant) verdict.value = replacement(column);
    }
    decide_settings(i);
  }

  /// Of settings the credentials go, by their keys; the others stay.
  void decide_settings(std::size_t i) {
    const Table& table = tables()[i];
    const auto pair = key_values(table, outcome_.known_name(i));
    if (!pair || decisions_[i].columns[pair->value] != nullptr) return;
    auto& verdict = outcome_.verdicts.tables[i].columns[pair->value];
    if (verdict.action != ColumnAction::keep) return;
    const Column& value = table.columns[pair->value];
    const bool apart = can_be_told_apart(value) && !others_go_by(i, value) && !references_others(i, value);
    if (replaceable(i, value) || apart)
      verdict = verdict_by_keys(table, *pair);
    else if (!stuck_[i])
      stuck_[i] = pair->value;
  }

  /// Other tables' rows, or partitions, go by its values.
  bool others_go_by(std::size_t i, const Column& column) const {
    return outcome_.partitions_by(i, column.name) ||
           std::ranges::any_of(changed_with(tables()[i], column),
                               [&](const Column* one) { return referenced(i, one->name); });
  }

  bool references_others(std::size_t i, const Column& column) const {
    const Table& table = tables()[i];
    return std::ranges::any_of(changed_with(table, column), [&](const Column* one) {
      return std::ranges::any_of(table.foreign_keys,
                                 [&](const auto& key) { return key.enforced && contains(key.columns, one->name); });
    });
  }

  /// What can be done to a credential, or nothing when only leaving out the row helps.
  std::optional<ColumnAction> replaceable(std::size_t i, const Column& column) const {
    const Table& table = tables()[i];
    const auto changed = changed_with(table, column);
    if (others_go_by(i, column)) return std::nullopt;
    const auto in_key = [&](const auto& key) {
      return std::ranges::any_of(changed, [&](const Column* one) { return contains(key.columns, one->name); });
    };
    const auto decides = [&](const auto& key) {
      return in_key(key) || std::ranges::any_of(
                                changed, [&](const Column* one) { return outcome_.only_expression(table, key, *one); });
    };
    const bool one_null = std::any_of(table.unique_keys.begin(), table.unique_keys.end(), [&](const auto& key) {
      return outcome_.nulls_equal(table, key) && decides(key);
    });
    const bool references = references_others(i, column);
    const bool unique = std::any_of(table.unique_keys.begin(), table.unique_keys.end(), decides);
    const bool null = std::ranges::none_of(
        changed, [&](const Column* one) { return not_to_be_null(column, *one, references || unique); });
    if (null && !one_null) return ColumnAction::null;
    if (references) return std::nullopt;
    // The default of a unique column gives a new value for each row, or the table could hold one row with it only.
    if (column.has_default && !(unique && column.constant_default)) return ColumnAction::omit;
    if (unique) return std::nullopt;
    return ColumnAction::constant;
  }

  bool referenced(std::size_t i, const std::string& column) const {
    const auto in = [&](std::size_t target) {
      const auto& references = outcome_.references_to(target);
      return std::any_of(references.begin(), references.end(), [&](const Outcome::Reference& reference) {
        return contains(reference.key->referenced_columns, column);
      });
    };
    return std::ranges::any_of(outcome_.rows_of(i), in);
  }

  void exclude_whole(std::size_t i) {
    if (decisions_[i].rows != nullptr) return;
    const Table& table = tables()[i];
    const auto kind = detect_rows(table, outcome_.known_name(i));
    if (kind) {
      exclude(i, reason(*kind), after_restore(*kind));
    } else if (stuck_[i]) {
      const Column& column = table.columns[*stuck_[i]];
      const auto of = detect_column(table, outcome_.known_name(i), column).value_or(Credential::secret);
      exclude(i, reason(of) + " (column " + quote_ident(column.name) + " can neither be null nor replaced)",
              after_restore(of));
    }
  }

  void exclude(std::size_t i, std::string why, std::string after) {
    auto& verdict = outcome_.verdicts.tables[i];
    verdict.action = TableAction::exclude_rows;
    verdict.reason = std::move(why);
    verdict.after_restore = std::move(after);
    verdict.rule = origin;
    excluded_[i] = true;
  }

  /// Takes back exclusions that kept rows stand against; true when there were any, since that may bring others.
  bool restore_referenced() {
    bool any = false;
    for (std::size_t i = 0; i < tables().size(); ++i) {
      if (!excluded_[i] || blocking(i) == nullptr) continue;
      if (stuck_[i] && cut_references(i)) continue;
      auto& verdict = outcome_.verdicts.tables[i];
      verdict.action = TableAction::keep;
      verdict.reason = verdict.after_restore = verdict.rule = "";
      excluded_[i] = false;
      any = true;
    }
    return any;
  }

  /// A foreign key by which kept rows of another table reference this one's, or null.
  const Outcome::Reference* blocking(std::size_t i) const {
    for (const auto* reference : references(i))
      for (const auto holder : outcome_.holders(reference->from_index))
        if (blocks(*reference, holder, i)) return reference;
    return nullptr;
  }

  bool blocks(const Outcome::Reference& reference, std::size_t holder, std::size_t i) const {
    return holder != i && outcome_.keeps_some(holder) && !outcome_.nulled(reference, holder);
  }

  /// Those to the table, and to what it is a partition of.
  std::vector<const Outcome::Reference*> references(std::size_t i) const {
    std::vector<const Outcome::Reference*> result;
    for (const auto target : outcome_.rows_of(i))
      for (const auto& reference : outcome_.references_to(target)) result.push_back(&reference);
    return result;
  }

  /// Sets to null what references a table that has to lose its rows; false when a column cannot be null, or a rule
  /// decides it.
  bool cut_references(std::size_t i) {
    for (const auto* reference : references(i))
      for (const auto holder : outcome_.holders(reference->from_index))
        if (blocks(*reference, holder, i) && !cut(*reference, holder, i)) return false;
    return true;
  }

  bool cut(const Outcome::Reference& reference, std::size_t holder, std::size_t i) {
    const Table& table = tables()[holder];
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const Column& column = table.columns[c];
      if (!contains(reference.key->columns, column.name) || decisions_[holder].columns[c] != nullptr) continue;
      if (column.generated != catalog::Generated::no || replaceable(holder, column) != ColumnAction::null) continue;
      auto& verdict = outcome_.verdicts.tables[holder].columns[c];
      verdict = {ColumnAction::null,
                 "",
                 "references " + display_name(tables()[i].name) + ", whose rows are left out",
                 "",
                 origin,
                 {}};
      if (outcome_.nulled(reference, holder)) return true;
      verdict = {};
    }
    return false;
  }

  [[noreturn]] void refuse(std::size_t i) const {
    const Table& table = tables()[i];
    const Column& column = table.columns[*stuck_[i]];
    const auto* reference = blocking(i);
    const std::string why =
        reference != nullptr
            ? table_name(*reference->from) + " references its rows (foreign key \"" + reference->key->name + "\")"
            : "a rule keeps its rows (" + (decisions_[i].rows ? decisions_[i].rows->origin.text : "") + ")";
    throw refusal(
        "column " + column_name(table, column) + " is a credential that can neither be null nor replaced, and " + why,
        std::string("Give it a rule of its own (keep, if it is none), or leave out the rows of ") +
            (reference != nullptr ? "both tables." : "the table."),
        origin);
  }

  Outcome& outcome_;
  const std::vector<Decision>& decisions_;
  std::vector<bool> excluded_;                     ///< by a detector
  std::vector<std::optional<std::size_t>> stuck_;  ///< the first column that only the row's absence would hide
};

}  // namespace

void apply_no_credentials(Outcome& outcome, const std::vector<Decision>& decisions) {
  Detectors(outcome, decisions).apply();
}

}  // namespace pgcoffer::policy
