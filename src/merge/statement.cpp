#include "merge/statement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "merge/staging.hpp"

namespace pgcoffer::merging {
namespace {

std::string list(const std::vector<std::string>& columns, std::string_view alias) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(fmt::format("{}{}", alias, quote_always(column)));
  return join(names, ", ");
}

/// Rows by what they hold, numbered among those that hold the same. `columns` come along.
std::string numbered(const TargetTable& table, const std::string& from, const std::string& columns,
                     const std::string& alias = "") {
  const std::string row = "ROW(" + list(table.writable, "") + ")::pg_catalog.text";
  return fmt::format(
      "(SELECT {0}{1}{2} AS pgcoffer_row, pg_catalog.row_number() OVER (PARTITION BY {2}) AS pgcoffer_number FROM "
      "{3}{4})",
      columns, columns.empty() ? "" : ", ", row, from, alias);
}

/// That there is no such row as `of`, which comes from numbered().
std::string missing(const TargetTable& table, const std::string& from, const std::string& of = "a") {
  return fmt::format(
      "NOT EXISTS (SELECT FROM {} AS b WHERE b.pgcoffer_row = {}.pgcoffer_row AND b.pgcoffer_number = "
      "{}.pgcoffer_number)",
      numbered(table, from, ""), of, of);
}

/// An expression that is true once all of the parts have been run: reading their count runs them.
std::string after(const std::vector<std::string>& parts) {
  std::vector<std::string> counts;
  for (const std::string& part : parts) counts.push_back(fmt::format("(SELECT pg_catalog.count(*) FROM {})", part));
  return counts.empty() ? "true" : join(counts, " + ") + " >= 0";
}

MergeMode mode_of(const TargetTable& table, MergeMode mode) {
  return mode == MergeMode::replace && table.by_key ? MergeMode::sync : mode;
}

class Statement {
 public:
  Statement(const std::vector<const TargetTable*>& tables, MergeMode mode) : tables_(tables), mode_(mode) {}

  std::string text() {
    for (std::size_t i = 0; i < tables_.size(); ++i) add(deleted_, "d", i, {delete_sql(*tables_[i])});
    updates_after_ = after(deleted_);
    for (std::size_t i = 0; i < tables_.size(); ++i) add(updated_, "u", i, for_each_given(i, &Statement::update_sql));
    std::vector<std::string> before = deleted_;
    before.insert(before.end(), updated_.begin(), updated_.end());
    inserts_after_ = after(before);
    std::vector<std::string> inserted;
    for (std::size_t i = 0; i < tables_.size(); ++i) add(inserted, "i", i, for_each_given(i, &Statement::insert_sql));
    return "WITH " + join(parts_, ",\n") + "\nSELECT " + join(results_, ", ");
  }

 private:
  using Sql = std::string (Statement::*)(const TargetTable&, std::size_t) const;

  [[nodiscard]] std::vector<std::string> for_each_given(std::size_t table, Sql sql) const {
    std::vector<std::string> texts;
    for (std::size_t given = 0; given < tables_[table]->given.size(); ++given)
      texts.push_back((this->*sql)(*tables_[table], given));
    return texts;
  }

  void add(std::vector<std::string>& names, const char* prefix, std::size_t index,
           const std::vector<std::string>& sql) {
    std::vector<std::string> counts = {"0"};
    for (std::size_t i = 0; i < sql.size(); ++i) {
      if (sql[i].empty()) continue;
      names.push_back(fmt::format("{}{}_{}", prefix, index, i));
      parts_.push_back(fmt::format("{} AS ({} RETURNING 1)", names.back(), sql[i]));
      counts.push_back(fmt::format("(SELECT pg_catalog.count(*) FROM {})", names.back()));
    }
    results_.push_back(fmt::format("{} AS {}{}", join(counts, " + "), prefix, index));
  }

  /// A condition that holds for rows with these columns; empty where all have all.
  [[nodiscard]] static std::string of_given(const TargetTable& table, std::size_t given) {
    return table.given.size() == 1 ? "" : fmt::format(" AND s.{} = {}", kGiven, given);
  }

  /// When a row that both have is made anew rather than updated; empty: never. What a row lacks it keeps: only rows
  /// with all columns can be made anew.
  [[nodiscard]] static std::string anew(const TargetTable& table, std::size_t given) {
    if (given != 0) return "";
    if (table.reinsert) return differs(table.writable);
    return made_anew(table);
  }

  [[nodiscard]] MergeMode mode(const TargetTable& table) const { return mode_of(table, mode_); }

  [[nodiscard]] bool overwrites(const TargetTable& table) const { return overwrites_rows(table, mode_); }

  /// Rows without a key are the same if all of them is, and as many are wanted as the archive has.
  [[nodiscard]] bool by_whole_rows(const TargetTable& table) const {
    return can_compare_whole_rows(mode(table)) && table.key.empty();
  }

  [[nodiscard]] std::string delete_sql(const TargetTable& table) const {
    const std::string from = fmt::format("DELETE FROM ONLY {} AS t", table.sql());
    if (mode(table) == MergeMode::replace) return from;
    if (by_whole_rows(table)) {
      if (mode(table) != MergeMode::sync) return "";
      return fmt::format("{} WHERE t.ctid = ANY (ARRAY(SELECT a.ctid FROM {} AS a WHERE {}))", from,
                         numbered(table, "ONLY " + table.sql(), "ctid"), missing(table, table.staging));
    }
    std::vector<std::string> conditions;
    if (mode(table) == MergeMode::sync)
      conditions.push_back(fmt::format("NOT EXISTS (SELECT FROM {} AS s WHERE {})", table.staging, same_key(table)));
    if (const std::string rows = anew(table, 0); overwrites(table) && !rows.empty())
      conditions.push_back(fmt::format("EXISTS (SELECT FROM {} AS s WHERE {} AND {}{})", table.staging, same_key(table),
                                       rows, of_given(table, 0)));
    return conditions.empty() ? "" : from + " WHERE " + join(conditions, " OR ");
  }

  [[nodiscard]] std::string update_sql(const TargetTable& table, std::size_t given) const {
    const bool never = table.reinsert && given == 0;
    if (!overwrites(table) || never || by_whole_rows(table)) return "";
    const std::vector<std::string>& columns = table.given[given];
    const std::string not_these = anew(table, given);
    const std::vector<std::string> fixed = not_these.empty() ? std::vector<std::string>() : table.fixed();
    std::vector<std::string> assignments;
    for (const std::string& column : columns) {
      // Keys, too: equal values may be written otherwise (1.0 and 1.00).
      if (!is_fixed_key(table, column) && std::ranges::find(fixed, column) == fixed.end())
        assignments.push_back(fmt::format("{0} = s.{0}", quote_always(column)));
    }
    if (assignments.empty()) return "";
    return fmt::format("UPDATE ONLY {} AS t SET {} FROM {} AS s WHERE {} AND ({} OR s.{}){}{} AND {}", table.sql(),
                       join(assignments, ", "), table.staging, same_key(table), differs(columns), kMoved,
                       not_these.empty() ? "" : " AND NOT " + not_these, of_given(table, given), updates_after_);
  }

  [[nodiscard]] std::string insert_sql(const TargetTable& table, std::size_t given) const {
    std::string conditions = inserts_after_ + of_given(table, given);
    std::string from = table.staging + " AS s";
    if (by_whole_rows(table)) {
      from = numbered(table, table.staging, "s.*", " AS s") + " AS s";
      conditions += " AND " + missing(table, "ONLY " + table.sql(), "s");
    } else if (tells_rows_apart(mode(table))) {
      const std::string rows = overwrites(table) ? anew(table, given) : "";
      conditions += fmt::format(" AND NOT EXISTS (SELECT FROM ONLY {} AS t WHERE {}{})", table.sql(), same_key(table),
                                rows.empty() ? "" : " AND NOT " + rows);
    }
    const std::vector<std::string>& given_columns = table.given[given];
    const std::string columns = given_columns.empty() ? "" : fmt::format(" ({})", list(given_columns, ""));
    return fmt::format("INSERT INTO {}{} OVERRIDING SYSTEM VALUE SELECT {} FROM {} WHERE {}", table.sql(), columns,
                       list(given_columns, "s."), from, conditions);
  }

  /// GENERATED ALWAYS AS IDENTITY takes no value in an update.
  [[nodiscard]] static bool is_fixed_key(const TargetTable& table, const std::string& column) {
    const auto found = std::ranges::find(table.columns, column, &TargetColumn::name);
    return found != table.columns.end() && found->identity_always &&
           std::ranges::find(table.key, column, &KeyColumn::name) != table.key.end();
  }

  const std::vector<const TargetTable*>& tables_;
  MergeMode mode_;
  std::vector<std::string> parts_, results_, deleted_, updated_;
  std::string updates_after_, inserts_after_;
};

}  // namespace

std::string made_anew(const TargetTable& table) {
  const std::vector<std::string> fixed = table.fixed();
  if (fixed.empty()) return "";
  return fmt::format("(ROW({}) IS DISTINCT FROM ROW({}))", list(fixed, "t."), list(fixed, "s."));
}

std::string same_key(const TargetTable& table) {
  std::vector<std::string> terms;
  for (const KeyColumn& column : table.key)
    terms.push_back(fmt::format("t.{0} {1} s.{0}", quote_always(column.name), column.equals));
  return join(terms, " AND ");
}

std::string differs(const std::vector<std::string>& columns) {
  const std::string ours = "ROW(" + list(columns, "t.") + ")";
  const std::string theirs = "ROW(" + list(columns, "s.") + ")";
  return fmt::format("(pg_catalog.record_image_ne({0}, {1}) AND {0}::pg_catalog.text <> {1}::pg_catalog.text)", ours,
                     theirs);
}

std::string lost_whole_rows(const TargetTable& table) {
  return fmt::format("{} AS a WHERE {}", numbered(table, table.staging, ""), missing(table, "ONLY " + table.sql()));
}

std::string merge_statement(const std::vector<const TargetTable*>& tables, MergeMode mode) {
  return Statement(tables, mode).text();
}

bool overwrites_rows(const TargetTable& table, MergeMode mode) {
  return mode_of(table, mode) == MergeMode::sync || mode_of(table, mode) == MergeMode::upsert;
}

bool exchanges_all_rows(MergeMode mode) {
  return mode == MergeMode::truncate || mode == MergeMode::replace || mode == MergeMode::sync;
}

bool inserts_all_rows(const TargetTable& table, MergeMode mode) {
  return !tells_rows_apart(mode_of(table, mode));
}

bool tells_rows_apart(MergeMode mode) {
  return mode == MergeMode::upsert || can_compare_whole_rows(mode);
}

bool can_compare_whole_rows(MergeMode mode) {
  return mode == MergeMode::insert_missing || mode == MergeMode::sync;
}

}  // namespace pgcoffer::merging
