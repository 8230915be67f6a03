#include "policy/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "policy/carry.hpp"
#include "policy/column_sql.hpp"
#include "policy/rules.hpp"
#include "policy/sql_pieces.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string remedy_null(const Table& from, const catalog::ForeignKey& key) {
  const bool all_generated = std::ranges::all_of(from.columns, [&](const Column& column) {
    return column.generated != catalog::Generated::no || !contains(key.columns, column.name);
  });
  if (all_generated) return "set to null what its generated \"" + join(key.columns, "\", \"") + "\" is computed from.";
  return std::string(key.columns.size() == 1 ? "set its column \"" : "set one of its columns \"") +
         join(key.columns, "\", \"") + "\" to null.";
}

std::string done_to(ColumnAction action) {
  switch (action) {
    case ColumnAction::keep:
      return "is kept";
    case ColumnAction::omit:
      return "is omitted";
    case ColumnAction::null:
      return "is set to null";
    case ColumnAction::constant:
      return "is replaced by a constant";
    case ColumnAction::sql:
      return "is replaced by an SQL expression";
    case ColumnAction::mask:
      return "is masked";
    case ColumnAction::sha256:
      return "is replaced by its digest";
    case ColumnAction::noise:
      return "gets noise";
    case ColumnAction::date_shift:
      return "is shifted";
    case ColumnAction::redact_json:
      return "is redacted";
    case ColumnAction::truncate:
      return "is truncated";
    case ColumnAction::pseudonym:
      return "becomes a pseudonym";
  }
  return "";
}

/// Different values may become the same one.
bool may_collide(const ColumnVerdict& verdict) {
  const ColumnAction action = verdict.action;
  return action != ColumnAction::keep && action != ColumnAction::omit && action != ColumnAction::null &&
         action != ColumnAction::sql && !is_consistent(verdict);
}

/// Every row has a value that the policy made.
bool replaces(const ColumnVerdict& verdict) {
  return verdict.action == ColumnAction::sql || may_collide(verdict);
}

/// What a rule does to a column: to the one that it is for, or to a generated one that is computed from that.
struct Change {
  const Table& table;
  const Column& column;
  const ColumnVerdict& verdict;
  const Column& source;  ///< that the rule is for

  [[nodiscard]] bool computed() const { return &column != &source; }
  [[nodiscard]] std::string subject() const {
    return (computed() ? "generated column " : "column ") + column_name(table, column);
  }
  [[nodiscard]] std::string done() const {
    return computed() ? "is computed from column " + column_name(table, source) + ", which " + done_to(verdict.action)
                      : done_to(verdict.action);
  }
  /// The column that the rule is for, after what was said of it, or of the generated one.
  [[nodiscard]] std::string it() const { return computed() ? "column " + column_name(table, source) : "it"; }
  [[nodiscard]] bool becomes_null() const {
    return leaves_null(source, verdict) && (!computed() || column.null_of_null);
  }
  /// The same in all rows, perhaps: `coalesce(mail, '')`.
  [[nodiscard]] bool becomes_what_expression_makes_of_null() const {
    return leaves_null(source, verdict) && !becomes_null();
  }
  [[nodiscard]] bool may_be_null() const {
    return !column.not_null && !source.not_null && (!computed() || column.null_of_null);
  }
  [[nodiscard]] bool from_default() const { return verdict.action == ColumnAction::omit && source.has_default; }
  /// Different values may become the same one, though the rule keeps those of its column apart.
  [[nodiscard]] bool computed_of_consistent() const { return computed() && is_consistent(verdict); }
};

void check_type(const Table& table, const Column& column, const ColumnVerdict& verdict) {
  const std::string meant_for = wrong_type(column, verdict);
  if (!meant_for.empty())
    throw refusal("column " + column_name(table, column) + " is of type " + column.type + ", and action " +
                      std::string(to_string(verdict.action)) + " is for " + meant_for,
                  "Choose another action, such as null, constant or template.", verdict.rule);
  const std::string& by = verdict.parameters->by;
  const bool known = std::ranges::any_of(table.columns, [&](const Column& one) { return one.name == by; });
  if (!by.empty() && !known)
    throw refusal("table " + table_name(table) + " has no column \"" + by + "\", by which column " +
                      column_name(table, column) + " is to be changed",
                  "Correct \"by\", or leave it out: each row then has its own change.", verdict.rule);
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Digits behind the point that all values of the type have; nothing where each has its own.
std::optional<int> scale_of(const Column& column) {
  if (column.base_type == "smallint" || column.base_type == "integer" || column.base_type == "bigint") return 0;
  if (column.base_type != "numeric" || modifier(column.full_type, 0, 0) == 0) return std::nullopt;
  return modifier(column.full_type, 1, 0);
}

/// Dates have no hours, and some times no part of a second.
bool is_whole_in(const Column& column, std::string_view unit) {
  constexpr std::array<std::string_view, 4> of_a_day{"day", "hour", "minute", "second"};
  if (column.base_type == "date") return std::ranges::find(of_a_day, unit) != of_a_day.end();
  constexpr int digits_of_a_second = 6;
  return unit == "second" && column.base_type.starts_with("timestamp") &&
         modifier(column.full_type, 0, digits_of_a_second) == 0;
}

/// What a rule says and the column's type takes back: that is rounded, or cut.
void check_effect(Outcome& outcome, const Change& change) {
  const Column& column = change.column;
  const ColumnVerdict& verdict = change.verdict;
  const std::string name = "column " + column_name(change.table, column);
  const auto warn = [&](const std::string& text) {
    outcome.verdicts.warnings.push_back(name + text + " (" + verdict.rule + ")");
  };
  const auto scale = scale_of(column);
  if (verdict.action == ColumnAction::noise && scale) {
    const double half = 0.5 * std::pow(10.0, -*scale);
    if (verdict.parameters->amount && *verdict.parameters->amount <= half)
      throw refusal(fmt::format("{} is of type {}, whose values are rounded: noise of {} changes none of them", name,
                                column.type, *verdict.parameters->amount),
                    fmt::format("Give an amount above {}.", half), verdict.rule);
    if (verdict.parameters->percent)
      warn(fmt::format(" is of type {}, whose values are rounded: noise of {} % changes none below {:g}", column.type,
                       *verdict.parameters->percent, half * 100 / *verdict.parameters->percent));
  }
  if (verdict.action == ColumnAction::truncate && is_whole_in(column, verdict.parameters->unit))
    throw refusal(fmt::format("{} is of type {}: to truncate to the {} changes none of its values", name, column.type,
                              verdict.parameters->unit),
                  "Give a longer \"to\": week, month, quarter, year.", verdict.rule);
  const auto length = modifier(column.full_type, 0, 0);
  const bool text = column.base_type == "character varying" || column.base_type == "character";
  if (verdict.action == ColumnAction::constant && text && length > 0 &&
      characters(verdict.value) > static_cast<std::size_t>(length) && !verdict.rule.starts_with("built-in"))
    warn(fmt::format(" is of type {}, to which the constant is cut", column.type));
}

void check_presence(const Table& table, const Column& column, const ColumnVerdict& verdict) {
  const std::string name = "column " + column_name(table, column);
  if (column.generated != catalog::Generated::no)
    throw refusal(name + " is generated, and " + done_to(verdict.action),
                  "A restore computes it anew: write rules for the columns that it is computed from.", verdict.rule);
  if (verdict.action == ColumnAction::omit && column.not_null && !column.has_default)
    throw refusal(name + " is NOT NULL without a default, and is omitted",
                  "Give it a replacement (constant), or leave out the rows of the table.", verdict.rule);
  if (verdict.action == ColumnAction::null && column.not_null)
    throw refusal(name + " is NOT NULL, and is set to null",
                  column.has_default ? "Omit it, so that it gets its default, or give it a replacement (constant)."
                                     : "Give it a replacement (constant), or leave out the rows of the table.",
                  verdict.rule);
}

/// The same null, or the same default, in all rows.
void check_same_for_all(const Outcome& outcome, const Change& change) {
  const auto& [table, column, verdict, source] = change;
  const bool null = change.becomes_null();
  const bool constant =
      change.from_default() && source.constant_default && (!change.computed() || column.computed_from.size() == 1);
  if (!null && !constant) return;
  for (const auto& key : table.unique_keys) {
    const bool member = contains(key.columns, column.name);
    const bool alone = outcome.only_expression(table, key, column);
    if (null && outcome.nulls_equal(table, key) && (member || alone))
      throw refusal(change.subject() + " " + change.done() + ", and unique key \"" + key.name +
                        "\" permits only one null (NULLS NOT DISTINCT)",
                    "Keep " + change.it() + ", or leave out the rows of the table.", verdict.rule);
    if (constant && ((key.columns.size() == 1 && member) || alone) && !key.partial)
      throw refusal(change.subject() + " " + change.done() +
                        ", its default is the same for all rows, and unique key \"" + key.name + "\" permits it once",
                    "Choose pseudonym or sha256, which keep values apart, or leave out the rows of the table.",
                    verdict.rule);
  }
}

/// `whole`: the unique key is made of whole values, which these actions keep apart.
std::string remedy_collision(const Change& change, bool whole) {
  const std::string it = change.it();
  std::string instead =
      change.may_be_null() ? "Set " + it + " to null instead, which a unique key permits in many rows;"
      : change.computed()  ? "Keep " + it + ", or leave out the rows of the table;"
                           : "Omit it if its default gives unique values, or leave out the rows of the table;";
  if (!whole) {
    instead.back() = '.';
    return instead;
  }
  const bool names = change.verdict.action == ColumnAction::pseudonym;
  return instead + (names ? " sha256, and pseudonym of another format than names, keep values apart."
                          : " pseudonym and sha256 keep values apart.");
}

void check_unique(Outcome& outcome, const Change& change) {
  const auto& [table, column, verdict, source] = change;
  check_same_for_all(outcome, change);
  const bool from_default = change.from_default() && !source.identity;
  const bool collides = may_collide(verdict) || change.becomes_what_expression_makes_of_null();
  const bool consistent = !change.computed() && is_consistent(verdict);
  const bool unknown = verdict.action == ColumnAction::sql || change.computed_of_consistent() || consistent;
  if (!collides && !from_default && !unknown) return;
  for (const auto& key : table.unique_keys) {
    const bool expression = contains(key.columns, "") && outcome.mentions(table, key, column);
    const bool member = contains(key.columns, column.name);
    // Whole values stay apart, parts of them need not.
    if (consistent && (member || outcome.whole_values(table, key))) continue;
    if ((member || outcome.only_expression(table, key, column)) && collides)
      throw refusal(change.subject() +
                        (member ? " is part of the unique key \"" : " alone decides the expression of unique key \"") +
                        key.name + "\", and " + change.done() +
                        (verdict.action == ColumnAction::constant ? "" : ", by which different values may become one"),
                    remedy_collision(change, member || outcome.whole_values(table, key)), verdict.rule);
    if (member || expression)
      outcome.verdicts.warnings.push_back(
          change.subject() + " " + change.done() +
          (unknown  ? "; the restore fails if two rows get the same, as unique key \"" + key.name + "\" has it"
           : member ? "; the restore fails if its default is the same for all rows, as unique key \"" + key.name +
                          "\" has it"
                    : "; the restore fails if the expression of unique key \"" + key.name + "\" reads nothing else") +
          " (" + verdict.rule + ")");
  }
}

/// Constraints of which only the rows tell whether they still hold: partial unique indexes may get rows that their
/// condition left out, and exclusion constraints rows that now collide.
void warn_of_conditions(Outcome& outcome, const Change& change) {
  const auto& [table, column, verdict, source] = change;
  const std::string done = change.subject() + " " + change.done();
  for (const auto& key : table.unique_keys)
    if (outcome.conditional_on(table, key, column))
      outcome.verdicts.warnings.push_back(done + ", and the condition of unique index \"" + key.name +
                                          "\" names it; the restore fails if rows that it left out are duplicates (" +
                                          verdict.rule + ")");
  const bool same = replaces(verdict) || change.from_default() || change.computed_of_consistent() ||
                    change.becomes_what_expression_makes_of_null();
  if (!same) return;
  for (const auto& name : outcome.exclusions(table, column))
    outcome.verdicts.warnings.push_back(done + ", and exclusion constraint \"" + name +
                                        "\" names it; the restore fails if rows now exclude each other (" +
                                        verdict.rule + ")");
}

std::string remedy_referencing(const Change& change) {
  if (change.may_be_null()) return "Set " + change.it() + " to null instead, or keep it.";
  return "Leave out the rows of the table, or keep " + (change.computed() ? change.it() : "the column") + ".";
}

/// A replaced value of a referencing column references nothing.
void check_referencing(const Outcome& outcome, const Change& change) {
  const auto& [table, column, verdict, source] = change;
  const bool invented = replaces(verdict) || is_consistent(verdict) || change.from_default() ||
                        change.becomes_what_expression_makes_of_null();
  if (!invented) return;
  for (const auto& key : table.foreign_keys) {
    const Table* referenced = outcome.find(key.referenced);
    if (!key.enforced || referenced == nullptr || !contains(key.columns, column.name)) continue;
    if (outcome.verdicts.tables[outcome.index(*referenced)].action == TableAction::exclude) continue;
    if (!change.computed() && changed_alike(outcome, key, column.name, verdict)) continue;
    throw refusal(change.subject() + " " + change.done() + ", and foreign key \"" + key.name + "\" references " +
                      table_name(*referenced) + " by it",
                  is_consistent(verdict) && !change.computed()
                      ? "Give this rule to the column that it references; all that reference it then follow."
                      : remedy_referencing(change),
                  verdict.rule);
  }
}

/// A replaced value of a referenced column leaves the rows that reference it without their parent.
void check_referenced(const Outcome& outcome, std::size_t index, const Change& change) {
  const auto& [table, column, verdict, source] = change;
  for (const auto target : outcome.rows_of(index))
    for (const auto& reference : outcome.references_to(target)) {
      if (!contains(reference.key->referenced_columns, column.name)) continue;
      for (const auto holder : outcome.holders(reference.from_index)) {
        if (!outcome.keeps_some(holder) || outcome.nulled(reference, holder)) continue;
        if (!change.computed() && follows(outcome, holder, *reference.key, column.name, verdict)) continue;
        throw refusal(change.subject() + " " + change.done() + ", and " + table_name(*reference.from) +
                          " references it (foreign key \"" + reference.key->name + "\")",
                      "Keep " + change.it() +
                          (change.computed() ? "" : ", use pseudonym or sha256, which the referencing column follows") +
                          ", leave out the rows of " + table_name(*reference.from) + ", or " +
                          remedy_null(*reference.from, *reference.key),
                      verdict.rule);
      }
    }
}

/// With MATCH FULL a foreign key's columns are null all together or not at all.
void check_match(const Outcome& outcome, std::size_t index) {
  const Table& table = outcome.catalog.tables[index];
  for (const auto& key : table.foreign_keys) {
    const auto partly = outcome.partly_null(index, key);
    if (!partly) continue;
    throw refusal("column " + column_name(table, table.columns[*partly]) + " becomes null, and foreign key \"" +
                      key.name + "\" wants all of its columns null then (MATCH FULL)",
                  "Set the other columns of the foreign key to null too.",
                  outcome.verdicts.tables[index].columns[*partly].rule);
  }
}

void check_keys(Outcome& outcome, std::size_t index, const Change& change) {
  warn_of_conditions(outcome, change);
  check_unique(outcome, change);
  check_referencing(outcome, change);
  check_referenced(outcome, index, change);
}

/// A restore computes the generated column from what the rule leaves of the column that it is for.
void check_computed(Outcome& outcome, std::size_t index, const Change& change) {
  const Column& column = change.column;
  if (column.not_null && change.becomes_null())
    throw refusal(change.subject() + " is NOT NULL, and " + change.done(),
                  "Give " + change.it() + " a replacement (constant), or leave out the rows of the table.",
                  change.verdict.rule);
  if (column.not_null && change.becomes_what_expression_makes_of_null())
    outcome.verdicts.warnings.push_back(change.subject() + " is NOT NULL, and " + change.done() +
                                        "; the restore fails if its expression gives null then (" +
                                        change.verdict.rule + ")");
  check_keys(outcome, index, change);
}

void check_itself(Outcome& outcome, std::size_t index, const Change& change) {
  const auto& [table, column, verdict, source] = change;
  check_presence(table, column, verdict);
  check_type(table, column, verdict);
  if (outcome.partitions_by(index, column.name))
    throw refusal(
        "column " + column_name(table, column) + " " + done_to(verdict.action) + ", and the table is partitioned by it",
        "Keep it, or leave out the rows of the table.", verdict.rule);
  check_effect(outcome, change);
  check_keys(outcome, index, change);
}

void check_column(Outcome& outcome, Refusals& refusals, std::size_t index, std::size_t i) {
  const Table& table = outcome.catalog.tables[index];
  const ColumnVerdict& verdict = outcome.verdicts.tables[index].columns[i];
  if (verdict.action == ColumnAction::keep) return;
  for (const Column* column : changed_with(table, table.columns[i])) {
    const Change change{table, *column, verdict, table.columns[i]};
    refusals.attempt([&] { (change.computed() ? check_computed : check_itself)(outcome, index, change); });
  }
}

/// Rows cannot be chosen by a key with PERIOD.
std::string remedy_rows(const Table& child, const catalog::ForeignKey& key, bool filtered) {
  if (key.period) return ")";
  return std::string(filtered ? ", or a \"where\" that fits" : "") + "), say \"on-missing-parent\" for " +
         table_name(child) + " (filter, null or leave)";
}

void check_reference(Outcome& outcome, const Outcome::Reference& reference, std::size_t parent) {
  const auto& verdict = outcome.verdicts.tables[parent];
  const Table& table = outcome.catalog.tables[parent];
  for (const auto holder : outcome.holders(reference.from_index)) {
    if (!outcome.keeps_some(holder) || outcome.nulled(reference, holder)) continue;
    const Table& child = outcome.catalog.tables[holder];
    const auto handling = outcome.verdicts.tables[holder].on_missing_parent.value_or(MissingParent::error);
    if (handling == MissingParent::null) (void)outcome.null_for_missing_parent(holder, *reference.key);
    // What else only the rows tell is looked for in them, before the dump begins.
    const bool both_filtered = !outcome.keeps_all(holder) && verdict.filtered();
    if (handling != MissingParent::error || both_filtered || outcome.verdicts.follow()) continue;
    throw refusal("rows of " + table_name(table) + " are left out, and " + table_name(child) +
                      " references them (foreign key \"" + reference.key->name + "\")",
                  "Leave out the rows of " + table_name(child) + " too (exclude-rows" +
                      remedy_rows(child, *reference.key, verdict.filtered()) + ", or " +
                      remedy_null(*reference.from, *reference.key),
                  verdict.rule);
  }
}

/// Publications are dumped without the tables that are excluded.
void warn_of_publications(Outcome& outcome, std::size_t index) {
  const Table& table = outcome.catalog.tables[index];
  const auto& verdict = outcome.verdicts.tables[index];
  if (verdict.action != TableAction::exclude) return;
  for (const auto& object : outcome.catalog.objects) {
    if (object.kind != "PUBLICATION TABLE" || object.table != table.oid) continue;
    // Its entry has the table's name behind the publication's.
    const std::string publication = object.name.substr(0, object.name.size() - table.name.name.size() - 1);
    outcome.verdicts.warnings.push_back("table " + table_name(table) + " is excluded, and publication " +
                                        quote_always(publication) + " is dumped without it (" + verdict.rule + ")");
  }
}

/// The rows that are left out, and the foreign keys to them.
void check_rows(Outcome& outcome, Refusals& refusals, std::size_t index) {
  const auto& verdict = outcome.verdicts.tables[index];
  for (const auto& reference : outcome.references_to(index)) {
    if (verdict.action == TableAction::exclude) {
      if (outcome.verdicts.tables[reference.from_index].action == TableAction::exclude) continue;
      outcome.verdicts.warnings.push_back("table " + table_name(outcome.catalog.tables[index]) +
                                          " is excluded, and with it foreign key \"" + reference.key->name + "\" of " +
                                          table_name(*reference.from) + " (" + verdict.rule + ")");
      continue;
    }
    for (const auto holder : outcome.holders(index))
      if (!outcome.keeps_all(holder)) refusals.attempt([&] { check_reference(outcome, reference, holder); });
  }
}

/// A table cannot be made without the one that it is a partition of or inherits from.
void check_parents(const Outcome& outcome, std::size_t index) {
  const Table& table = outcome.catalog.tables[index];
  if (outcome.verdicts.tables[index].action == TableAction::exclude) return;
  for (const auto oid : table.parents) {
    const Table* parent = outcome.find(oid);
    if (parent == nullptr) continue;
    const auto& verdict = outcome.verdicts.tables[outcome.index(*parent)];
    if (verdict.action != TableAction::exclude) continue;
    throw refusal("table " + table_name(*parent) + " is excluded, and " + table_name(table) +
                      (table.is_partition ? " is a partition of it" : " inherits from it"),
                  "Exclude " + table_name(table) + " too, or leave out rows only (exclude-rows).", verdict.rule);
  }
}

}  // namespace

void check(Outcome& outcome, Refusals& refusals) {
  const auto& tables = outcome.catalog.tables;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i].selected || !outcome.keeps_some(i)) continue;
    refusals.attempt([&] { check_match(outcome, i); });
    for (std::size_t c = 0; c < tables[i].columns.size(); ++c) check_column(outcome, refusals, i, c);
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i].selected) continue;
    refusals.attempt([&] { check_parents(outcome, i); });
    warn_of_publications(outcome, i);
    check_rows(outcome, refusals, i);
  }
}

}  // namespace pgcoffer::policy
