#include "policy/no_personal_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "policy/personal_data.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;

const std::string origin = "built-in no-personal-data";

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// Where the row lies, as "-0-17": different for each row of a table. Partitions may have the same, since a unique key
/// of theirs holds the key by which they are parted.
const std::string place_of_row = "translate(CAST(ctid AS text), '(,)', '--')";

int limit_of(const Column& column) {
  const auto open = column.full_type.find('(');
  return open == std::string::npos ? 1 << 20 : std::atoi(column.full_type.c_str() + open + 1);
}

/// The same as a number: no page holds 2048 rows, since each takes 28 bytes of 32 KiB at most.
std::string number_of_row() {
  return "CAST(split_part(translate(CAST(ctid AS text), '()', ''), ',', 1) AS bigint) * 2048 + "
         "CAST(split_part(translate(CAST(ctid AS text), '()', ''), ',', 2) AS bigint)";
}

/// SQL for a text that is different for each row; empty where the column is too short for those of so large a table.
std::string text_of_row(const Table& table, const Column& column) {
  const auto limit = static_cast<std::size_t>(limit_of(column));
  if (fmt::format("x-{}-2048", table.heap_pages).size() <= limit) return fmt::format("'x' || {}", place_of_row);
  const bool fits = fmt::format("{:x}", (table.heap_pages + 1) * 2048).size() <= limit;
  return fits ? fmt::format("to_hex({})", number_of_row()) : "";
}

/// SQL for a value that tells nothing of anybody; empty where there is none that is different for each row.
std::string placeholder(const Table& table, const Column& column, std::optional<PersonalData> kind, bool unique) {
  if (column.array) return "'{}'";
  if (column.value_class == catalog::ValueClass::json) return "'{}'";
  if (column.value_class == catalog::ValueClass::number) return unique ? number_of_row() : "0";
  if (column.base_type == "date" || column.base_type.starts_with("timestamp")) return "'1900-01-01'";
  if (column.base_type == "inet" || column.base_type == "cidr") return "'0.0.0.0'";
  if (column.base_type == "bytea") return unique ? fmt::format("textsend({})", place_of_row) : "''";
  if (column.base_type == "point") return "'(0,0)'";
  if (kind == PersonalData::email && limit_of(column) >= 40)
    return unique ? fmt::format("'removed' || {} || '@example.invalid'", place_of_row) : "'removed@example.invalid'";
  if (unique) return text_of_row(table, column);
  return quote_literal(std::string("removed").substr(0, static_cast<std::size_t>(limit_of(column))));
}

class PersonalDataRemover {
 public:
  PersonalDataRemover(Outcome& outcome, const std::vector<Decision>& decisions, Refusals& refusals)
      : outcome_(outcome), decisions_(decisions), refusals_(refusals) {}

  void apply() {
    for (std::size_t i = 0; i < outcome_.catalog.tables.size(); ++i) {
      const Table& table = outcome_.catalog.tables[i];
      if (!table.selected || !stores_rows(table) || outcome_.verdicts.tables[i].action != TableAction::keep) continue;
      for (std::size_t c = 0; c < table.columns.size(); ++c) refusals_.attempt([&] { decide(i, c); });
    }
  }

 private:
  void decide(std::size_t i, std::size_t c) {
    const Table& table = outcome_.catalog.tables[i];
    const Column& column = table.columns[c];
    auto& verdict = outcome_.verdicts.tables[i].columns[c];
    if (decisions_[i].columns[c] != nullptr || !verdict.rule.empty()) return;
    if (column.generated != catalog::Generated::no) return;
    const auto kind = detect_personal_data(table, outcome_.known_name(i), column);
    if (!kind && !is_guess(i, column)) return;
    if (kind) refuse_keys(i, column, *kind);
    verdict = {ColumnAction::null,
               "",
               kind ? "personal data: " + std::string(to_string(*kind)) : kGuessedPersonalData,
               "",
               origin,
               {}};
    const auto changed = changed_with(table, column);
    const auto decides = [&](const auto& key) {
      return std::ranges::any_of(changed, [&](const Column* one) {
        return contains(key.columns, one->name) || outcome_.only_expression(table, key, *one);
      });
    };
    const bool unique = std::ranges::any_of(table.unique_keys, decides);
    const bool one_null = std::ranges::any_of(
        table.unique_keys, [&](const auto& key) { return outcome_.nulls_equal(table, key) && decides(key); });
    const bool null =
        std::ranges::none_of(changed, [&](const Column* one) { return not_to_be_null(column, *one, unique); });
    if (null && !one_null) return;
    if (column.has_default && !unique) {
      verdict.action = ColumnAction::omit;
      return;
    }
    verdict.action = ColumnAction::sql;
    verdict.value = placeholder(table, column, kind, unique);
    if (!verdict.value.empty()) return;
    verdict = {};
    if (kind) refuse_short(table, column, *kind);
  }

  /// No guess is worth an error: what cannot be replaced stays.
  [[nodiscard]] bool is_guess(std::size_t i, const Column& column) const {
    const Table& table = outcome_.catalog.tables[i];
    return is_guessed_personal_data(table, outcome_.known_name(i), column) && !outcome_.partitions_by(i, column.name);
  }

  static void refuse_short(const Table& table, const Column& column, PersonalData kind) {
    throw refusal("column " + column_name(table, column) + " holds personal data (" + std::string(to_string(kind)) +
                      "), is in a unique key, and type " + column.type + " is too short for another value in each row",
                  "Give it a rule of its own: keep, if it holds none; or leave out the rows of the table.", origin);
  }

  void refuse_keys(std::size_t i, const Column& column, PersonalData kind) const {
    const Table& table = outcome_.catalog.tables[i];
    const auto refuse = [&](const std::string& why) {
      throw refusal("column " + column_name(table, column) + " holds personal data (" + std::string(to_string(kind)) +
                        "), and " + why,
                    "Give it a rule of its own: keep, if it holds none, or pseudonym.", origin);
    };
    if (outcome_.partitions_by(i, column.name)) refuse("the table is partitioned by it");
    for (const auto target : outcome_.rows_of(i))
      for (const auto& reference : outcome_.references_to(target))
        if (contains(reference.key->referenced_columns, column.name))
          refuse(table_name(*reference.from) + " references it (foreign key \"" + reference.key->name + "\")");
  }

  Outcome& outcome_;
  const std::vector<Decision>& decisions_;
  Refusals& refusals_;
};

}  // namespace

void apply_no_personal_data(Outcome& outcome, const std::vector<Decision>& decisions, Refusals& refusals) {
  PersonalDataRemover(outcome, decisions, refusals).apply();
}

}  // namespace pgcoffer::policy
